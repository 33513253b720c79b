import { useMemo } from 'preact/hooks'
import type { Labels, MetricFamily } from '../../server/state.ts'
import { ask, type InstantSeries, prometheus, useAsked } from '../ask.ts'
import { ago, digits, exact, type Unit, withUnit } from '../format.ts'
import { useLive } from '../live.ts'
import { go, useRoute } from '../router.ts'
import { Empty, Failed, LabelList, Loading, SearchBox } from '../ui.tsx'
import { Marked } from './docs.tsx'

const TYPES = ['counter', 'gauge', 'histogram'] as const
/** Labels that say where a series comes from, not what it is about. */
const ORIGIN = [
  '__name__',
  'instance',
  'env',
  'namespace',
  'pod',
  'container',
  'endpoint',
  'prometheus',
]
const SERIES_SHOWN = 200

export function Metrics() {
  const { search, change } = useRoute()
  const { data, error } = useAsked(
    (signal) => ask<MetricFamily[]>('/api/metrics', { signal }),
    30_000,
    [],
  )
  const words = (search.get('q') ?? '').split(/\s+/).filter(Boolean)
  const type = search.get('type')
  const job = search.get('job')
  const jobs = [...new Set((data ?? []).flatMap((one) => one.jobs))].sort()
  const visible = useMemo(
    () =>
      data?.filter(
        (one) =>
          (!type || one.type === type) &&
          (!job || one.jobs.includes(job)) &&
          words.every((word) =>
            `${one.name} ${one.help}`.toLowerCase().includes(word.toLowerCase()),
          ),
      ),
    [data, words.join(' '), type, job],
  )
  return (
    <>
      <header>
        <h1>Metrics</h1>
        <fieldset class="filter">
          <legend class="hidden">Type</legend>
          {TYPES.map((one) => (
            <button
              type="button"
              key={one}
              aria-pressed={type === one}
              onClick={() => change({ type: type === one ? undefined : one })}
            >
              <b>{data?.filter((metric) => metric.type === one).length ?? '–'}</b> {one}
            </button>
          ))}
        </fieldset>
        {jobs.length > 1 && (
          <label class="pick">
            <span>Exported by</span>
            <select
              value={job ?? ''}
              onChange={({ currentTarget }) => change({ job: currentTarget.value })}
            >
              <option value="">anyone</option>
              {jobs.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
        )}
        <SearchBox
          value={search.get('q') ?? ''}
          onChange={(q) => change({ q })}
          label="Name or help"
        />
      </header>
      {error && (
        <Failed what={data ? 'Out of date.' : 'The metrics cannot be read.'} error={error} />
      )}
      {!visible ? (
        !error && <Loading />
      ) : (
        <table class="metrics panel">
          <thead>
            <tr>
              <th>Metric</th>
              <th>Type</th>
              <th>Exported by</th>
              <th class="num">Series</th>
              <th class="num">Used by</th>
            </tr>
          </thead>
          <tbody>
            {visible.map(({ name, type: kind, help, jobs: by, series, uses }) => (
              <tr key={name} onClick={() => go(`/metrics/${name}`)}>
                <td>
                  <a href={`/metrics/${name}`}>
                    <code>
                      <Marked text={name} words={words} />
                    </code>
                  </a>
                  <p>
                    <Marked text={help} words={words} />
                  </p>
                </td>
                <td>
                  <span class={`type ${kind}`}>{kind}</span>
                </td>
                <td class="dim">{by.join(', ')}</td>
                <td class="num">{digits(series)}</td>
                <td class="num">{uses.length > 0 ? uses.length : <span class="dim">–</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {visible?.length === 0 && (
        <Empty title={data?.length === 0 ? 'Prometheus holds no series yet.' : 'No metric fits.'}>
          {data && data.length > 0 && (
            <button
              type="button"
              class="plain framed"
              onClick={() => change({ q: undefined, type: undefined, job: undefined })}
            >
              Show all {data.length}
            </button>
          )}
        </Empty>
      )}
    </>
  )
}

/** What the name says about the unit, as https://prometheus.io/docs/practices/naming/ has it. */
const unitOfName = (name: string): Unit =>
  /_bytes(_total)?$/.test(name)
    ? 'bytes'
    : /_seconds(_total|_sum)?$/.test(name)
      ? 's'
      : /_ratio$/.test(name)
        ? 'ratio'
        : 'number'

function valueText(name: string, type: string, value: number, now: number): string {
  if (/_timestamp_seconds$/.test(name)) return value > 0 ? ago(value * 1000, now) : 'never'
  if (type === 'histogram' || type === 'summary')
    return `${digits(value)} ${value === 1 ? 'observation' : 'observations'}`
  return withUnit(value, unitOfName(name))
}

export function Metric({ name }: { readonly name: string }) {
  const { state } = useLive()
  const now = state?.now ?? Date.now()
  const { data: families, error } = useAsked(
    (signal) => ask<MetricFamily[]>('/api/metrics', { signal }),
    0,
    [],
  )
  const family = families?.find((one) => one.name === name)
  const isSpread = family?.type === 'histogram' || family?.type === 'summary'
  const selector = isSpread ? `${name}_count` : name
  const { data: series, error: refused } = useAsked(
    (signal) =>
      prometheus.instant(
        {
          expr:
            JSON.stringify(selector) === `"${selector}"` && /^[\w:]+$/.test(selector)
              ? selector
              : `{__name__=${JSON.stringify(selector)}}`,
        },
        signal,
      ),
    15_000,
    [selector, family === undefined],
  )
  if (error && !families) return <Failed what="The metrics cannot be read." error={error} />
  if (!families) return <Loading />
  if (!family)
    return (
      <Empty isPage title={`Prometheus holds no metric “${name}” now.`}>
        <a href="/metrics">All metrics</a>
      </Empty>
    )
  const expression = exampleOf(family)
  const groups = groupsOf(family)
  return (
    <article class="one">
      <p class="crumb">
        <a href="/metrics">Metrics</a> / {family.jobs.join(', ') || 'Prometheus'}
      </p>
      <header>
        <h1 class="mono">{name}</h1>
        <span class={`type ${family.type}`}>{family.type}</span>
        <span class="actions">
          <a class="plain framed" href={`/explore?expr=${encodeURIComponent(expression)}`}>
            Explore
          </a>
        </span>
      </header>
      {family.help && <p class="help-text">{family.help}</p>}
      <div class="two wide-left">
        <section class="panel">
          <header class="spread pad">
            <h2>
              {digits(family.series)} {family.series === 1 ? 'series' : 'series'}
            </h2>
          </header>
          {refused && <Failed what="The series cannot be read." error={refused} />}
          {!series ? (
            !refused && <Loading height={200} />
          ) : (
            <SeriesTable family={family} series={series} now={now} />
          )}
        </section>
        <section class="panel pad">
          <h2>Used by</h2>
          {groups.length === 0 && <p class="dim">No alert and no panel uses it.</p>}
          {groups.map(([kind, uses]) => (
            <section key={kind} class="uses">
              <h3>{kind}s</h3>
              {uses.map(({ title, href }) => (
                <a key={href} href={href}>
                  {title}
                </a>
              ))}
            </section>
          ))}
        </section>
      </div>
    </article>
  )
}

function SeriesTable({
  family,
  series,
  now,
}: {
  readonly family: MetricFamily
  readonly series: readonly InstantSeries[]
  readonly now: number
}) {
  const sorted = [...series].sort((a, b) => Number(b.value[1]) - Number(a.value[1]))
  const same = commonOf(series.map(({ metric }) => metric))
  return (
    <>
      {Object.keys(same).length > 0 && series.length > 1 && (
        <p class="pad common">
          All with <LabelList labels={same} without={['__name__']} />
        </p>
      )}
      <table class="series">
        <tbody>
          {sorted.slice(0, SERIES_SHOWN).map(({ metric, value }) => (
            <tr key={JSON.stringify(metric)}>
              <td>
                <LabelList
                  labels={metric}
                  without={
                    series.length > 1 ? [...ORIGIN.slice(0, 1), ...Object.keys(same)] : ['__name__']
                  }
                />
              </td>
              <td class="num">
                <b
                  title={
                    /_timestamp_seconds$/.test(family.name) && Number(value[1]) > 0
                      ? exact(Number(value[1]) * 1000)
                      : value[1]
                  }
                >
                  {valueText(family.name, family.type, Number(value[1]), now)}
                </b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > SERIES_SHOWN && (
        <p class="pad dim">and {sorted.length - SERIES_SHOWN} more</p>
      )}
    </>
  )
}

/** The labels that all series share. */
function commonOf(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((labels) => labels[name] === value)),
  )
}

/** How one looks at a metric of its type. */
function exampleOf({ name, type }: MetricFamily): string {
  if (type === 'counter') return `sum(rate(${name}[5m]))`
  if (type === 'histogram')
    return `histogram_quantile(0.95, sum by (le) (rate(${name}_bucket[5m])))`
  return /_timestamp_seconds$/.test(name) ? `time() - ${name}` : name
}

function groupsOf({ uses }: MetricFamily): [string, MetricFamily['uses']][] {
  const kinds = ['alert', 'panel', 'recording rule'] as const
  return kinds
    .map((kind): [string, MetricFamily['uses']] => [kind, uses.filter((use) => use.kind === kind)])
    .filter(([, mine]) => mine.length > 0)
}
