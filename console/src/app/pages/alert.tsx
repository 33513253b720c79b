import { useState } from 'preact/hooks'
import type { RenderedDoc } from '../../server/docs.ts'
import type { ChatMessage, HeldAlert, Labels, Rule, Setup } from '../../server/state.ts'
import { ask, prometheus, type RangeSeries, useAsked } from '../ask.ts'
import { clock, exact, limitWords, span, unitOf, withUnit } from '../format.ts'
import { useLive } from '../live.ts'
import { addressHere } from '../router.ts'
import { RuleChart } from '../rule-chart.tsx'
import { useTheme } from '../series-chart.tsx'
import { Ago, Empty, Failed, Icon, LabelList, Loading, Severity, State } from '../ui.tsx'
import { receiverNames } from './alerts.tsx'
import { Bubble } from './messages.tsx'
import { Prose } from './prose.tsx'

const SPANS = [
  ['1 h', 3_600],
  ['6 h', 21_600],
  ['24 h', 86_400],
  ['7 d', 604_800],
] as const
const ORDER = ['firing', 'pending', 'inactive']

/** The form for a silence, filled in. */
export const silenceAddress = (labels: Labels): string => {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `/silences/new?filter=${encodeURIComponent(`{${matchers.join(',')}}`)}`
}

interface Episode {
  readonly labels: Labels
  readonly from: number
  readonly to: number
  readonly ongoing: boolean
}

/** Longer than two evaluations of a rule that is evaluated every minute. */
const GAP = 130

/** Stretches of samples without a gap: each is one time the alert fired. */
function episodesOf(series: readonly RangeSeries[], end: number): Episode[] {
  return series
    .flatMap(({ metric, values }) => {
      const found: Episode[] = []
      let from: number | undefined
      values.forEach(([at], index) => {
        from ??= at
        const next = values[index + 1]?.[0]
        if (next !== undefined && next - at <= GAP) return
        found.push({ labels: metric, from, to: at, ongoing: at >= end - GAP })
        from = undefined
      })
      return found
    })
    .sort((a, b) => b.from - a.from)
}

function History({ name, now }: { readonly name: string; readonly now: number }) {
  const turn = Math.floor(now / 15_000)
  const { data, error } = useAsked(
    async (signal) => {
      const end = Math.floor(now / 1_000)
      // The samples themselves: a range query would move each beginning to its next step.
      const expr = `ALERTS{alertname=${JSON.stringify(name)},alertstate="firing"}[1d]`
      const series = await prometheus.samples({ expr, time: end }, signal)
      return { end, episodes: episodesOf(series, end) }
    },
    0,
    [name, turn],
  )
  if (error && !data) return <Failed what="The history cannot be read." error={error} />
  if (!data) return <Loading height={60} />
  const { end, episodes } = data
  const place = (at: number) => `${Math.max(0, ((at - (end - 86_400)) / 86_400) * 100)}%`
  return (
    <div class="history">
      <div class="strip" role="img" aria-label={`Fired ${episodes.length} times in 24 hours`}>
        {episodes.map(({ labels, from, to }) => (
          <i
            key={`${from}${JSON.stringify(labels)}`}
            style={{ left: place(from), right: `calc(100% - ${place(to)} - 3px)` }}
            title={`${clock(from * 1000)} to ${clock(to * 1000)} UTC`}
          />
        ))}
      </div>
      <p class="scale dim" aria-hidden="true">
        <span>24 h ago</span>
        <span>12 h</span>
        <span>now</span>
      </p>
      {episodes.length === 0 ? (
        <p class="dim">It has not fired in the last 24 hours.</p>
      ) : (
        <ul>
          {episodes.slice(0, 8).map(({ labels, from, to, ongoing }) => (
            <li key={`${from}${JSON.stringify(labels)}`}>
              <time title={exact(from * 1000)}>{clock(from * 1000)}</time>
              <span>
                {ongoing ? 'fires since then' : `for ${span(Math.max(1, Math.round(to - from)))}`}
              </span>
              <LabelList
                labels={labels}
                without={['__name__', 'alertname', 'alertstate', 'severity', 'env', 'prometheus']}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Instances({
  rule,
  held,
  now,
}: {
  readonly rule: Rule
  readonly held: readonly HeldAlert[]
  readonly now: number
}) {
  return (
    <>
      {rule.alerts.map((alert) => {
        const match = held.find(({ labels }) =>
          Object.entries(alert.labels).every(([name, value]) => labels[name] === value),
        )
        return (
          <div class={`panel pad instance ${alert.state}`} key={JSON.stringify(alert.labels)}>
            <header>
              <State of={alert.state} />
              <span>
                true since <Ago at={alert.activeAt} now={now} />
              </span>
              {rule.limit && <b>{withUnit(alert.value, unitOf(rule.limit.expr))}</b>}
            </header>
            <p>{alert.annotations.summary}</p>
            <LabelList labels={alert.labels} without={['alertname', 'severity', 'prometheus']} />
            {match?.state === 'suppressed' && (
              <p class="dim">
                Suppressed:{' '}
                {match.silencedBy.length > 0 ? (
                  <a href="/silences">silenced</a>
                ) : (
                  `inhibited by ${inhibitor(held, match)}`
                )}
                .
              </p>
            )}
          </div>
        )
      })}
    </>
  )
}

const inhibitor = (held: readonly HeldAlert[], { inhibitedBy }: HeldAlert): string =>
  held
    .filter(({ fingerprint }) => inhibitedBy.includes(fingerprint))
    .map(({ labels }) => labels.alertname)
    .join(', ') || 'another alert'

/** Breaks an expression at its set operators, as people write it. */
const laidOut = (expr: string): string => expr.replace(/\s+(or|and|unless)\s+/g, '\n$1 ')

export function Alert({ name, setup }: { readonly name: string; readonly setup: Setup }) {
  const { state } = useLive()
  useTheme()
  const [seconds, setSeconds] = useState<number>(SPANS[0][1])
  const { data: rules, error } = useAsked(
    (signal) => ask<Rule[]>('/api/rules', { signal }),
    5_000,
    [state?.alerts],
  )
  const { data: messages = [] } = useAsked(
    (signal) =>
      setup.hasMessages ? ask<ChatMessage[]>('/api/messages', { signal }) : Promise.resolve([]),
    0,
    [state?.messages?.count],
  )
  const { data: runbook, error: noRunbook } = useAsked(
    (signal) =>
      ask<RenderedDoc>(`/api/runbooks/${encodeURIComponent(name)}?within=page`, { signal }),
    0,
    [name],
  )
  const now = state?.now ?? Date.now()
  const found = (rules ?? [])
    .filter((rule) => rule.name.toLowerCase() === name.toLowerCase())
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
  const [rule] = found
  if (error && !rules) return <Failed what="The rules cannot be read." error={error} />
  if (!rules) return <Loading />
  if (!rule)
    return (
      <Empty isPage title={`There is no alert “${name}”.`}>
        <a href="/alerts">All alerts</a>
      </Empty>
    )
  const dashboard = rule.annotations.dashboard_url ?? rule.alerts[0]?.annotations.dashboard_url
  const about = messages
    .filter(({ text }) => text.includes(rule.name))
    .slice(-3)
    .reverse()
  return (
    <article class="one">
      <p class="crumb">
        <a href="/alerts">Alerts</a> / {rule.group}
      </p>
      <header>
        <h1>{rule.name}</h1>
        {rule.labels.severity === 'none' ? null : <State of={rule.state} />}
        <Severity of={rule.labels.severity} />
        <span class="actions">
          {dashboard && (
            <a class="plain framed" href={addressHere(dashboard)} title={dashboard}>
              <Icon name="dashboards" />
              Dashboard
            </a>
          )}
          <a
            class="plain framed"
            href={silenceAddress({
              alertname: rule.name,
              ...(rule.labels.env && { env: rule.labels.env }),
            })}
          >
            <Icon name="silence" />
            Silence
          </a>
        </span>
      </header>
      {rule.lastError && <Failed what="The rule cannot be evaluated." error={rule.lastError} />}
      <div class="two">
        <div>
          {found.map((one) => (
            <section class="panel pad" key={JSON.stringify(one.labels)}>
              <header class="spread">
                <h2>
                  {one.limit ? (
                    <>
                      Value{' '}
                      <b class={`value ${one.state}`}>
                        {withUnit(one.value, unitOf(one.limit.expr))}
                      </b>
                      {one.labels.window && ` over ${one.labels.window}`}, fires{' '}
                      {limitWords(one.limit)}
                    </>
                  ) : (
                    'Value'
                  )}
                </h2>
                {one === rule && (
                  <fieldset class="filter">
                    <legend class="hidden">Time range</legend>
                    {SPANS.map(([title, length]) => (
                      <button
                        type="button"
                        key={title}
                        aria-pressed={seconds === length}
                        onClick={() => setSeconds(length)}
                      >
                        {title}
                      </button>
                    ))}
                  </fieldset>
                )}
              </header>
              <RuleChart rule={one} seconds={seconds} now={now} height={one === rule ? 230 : 150} />
            </section>
          ))}
          {rule.labels.severity !== 'none' &&
            found.map((one) => (
              <Instances
                key={JSON.stringify(one.labels)}
                rule={one}
                held={state?.held ?? []}
                now={now}
              />
            ))}
          <section class="panel pad">
            <h2>Fired in the last 24 hours</h2>
            <History name={rule.name} now={now} />
          </section>
          <section class="panel pad">
            <dl class="facts">
              <dt>Expression</dt>
              <dd>
                {found.map((one) => (
                  <pre key={one.query}>{laidOut(one.query)}</pre>
                ))}
                <a href={`/explore?expr=${encodeURIComponent(rule.query)}`}>Explore it</a>
              </dd>
              <dt>For</dt>
              <dd>
                {rule.for > 0 ? `must hold for ${span(rule.for)}` : 'fires at once'}
                {rule.keepFiringFor > 0 &&
                  `, goes on for ${span(rule.keepFiringFor)} after it ended`}
              </dd>
              <dt>Receiver</dt>
              <dd>
                <a
                  href={`/routes?labels=${encodeURIComponent(labelsText({ alertname: rule.name, ...rule.labels }))}`}
                >
                  {receiverNames(rule)}
                </a>
                {rule.receivers[0] && `, again after ${rule.receivers[0].repeatInterval}`}
              </dd>
              <dt>Labels</dt>
              <dd>
                <LabelList labels={rule.labels} />
              </dd>
              <dt>Evaluated</dt>
              <dd>
                <Ago at={rule.lastEvaluation} now={now} />, took {span(rule.evaluationSeconds)}
              </dd>
            </dl>
          </section>
        </div>
        <div>
          <section class="panel pad" id="runbook">
            {runbook ? (
              <Prose doc={runbook} />
            ) : noRunbook ? (
              <Empty title="No runbook">{noRunbook}</Empty>
            ) : (
              <Loading height={200} />
            )}
          </section>
          {about.length > 0 && (
            <section class="messages-about">
              <h2>
                Messages about it <a href="/messages">all</a>
              </h2>
              {about.map((message) => (
                <Bubble key={message.id} message={message} />
              ))}
            </section>
          )}
        </div>
      </div>
    </article>
  )
}

const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')
