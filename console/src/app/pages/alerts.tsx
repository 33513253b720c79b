import type { ActiveAlert, HeldAlert, Rule } from '../../server/state.ts'
import { ask, useAsked } from '../ask.ts'
import { exact, limitText, span, unitOf, withUnit } from '../format.ts'
import { useLive } from '../live.ts'
import { go, useRoute } from '../router.ts'
import { Ago, Empty, Failed, Loading, SearchBox, Severity, State } from '../ui.tsx'
import { AlertTabs } from './alert-tabs.tsx'

const STATES = ['firing', 'pending', 'inactive'] as const
const URGENCY = { critical: 0, warning: 1 } as const

/** How much a rule needs a person: what fires first, then what is pending, then what is near its limit. */
function urgencyOf(rule: Rule): number[] {
  return [
    Number(isHeartbeat(rule)),
    Number(rule.health === 'ok'),
    STATES.indexOf(rule.state),
    URGENCY[rule.labels.severity as keyof typeof URGENCY] ?? 2,
    -Math.min(1, nearness(rule) ?? 0),
  ]
}

function byUrgency(a: Rule, b: Rule): number {
  const [one, other] = [urgencyOf(a), urgencyOf(b)]
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? a.name.localeCompare(b.name) : (one[at] ?? 0) - (other[at] ?? 0)
}

/** It fires all the time, and its absence is the alarm. */
export const isHeartbeat = ({ labels }: Pick<Rule, 'labels'>): boolean => labels.severity === 'none'

/** How far the value is on its way to the limit: 1 is at it. */
function nearness({ limit, value }: Rule): number | undefined {
  if (!limit || value === undefined) return undefined
  const { op, threshold } = limit
  if (op === '<' || op === '≤')
    return value <= threshold && op === '≤' ? 1 : value < threshold ? 1 : 0
  if (threshold === 0) return value > 0 ? 1 : 0
  return Math.max(0, value / threshold)
}

function Nearness({ rule }: { readonly rule: Rule }) {
  if (isHeartbeat(rule)) return <span class="dim">fires always; its absence is the alarm</span>
  if (!rule.limit) return <span class="dim">no limit</span>
  const unit = unitOf(rule.limit.expr)
  const share = Math.min(1, nearness(rule) ?? 0)
  return (
    <span class={`near ${rule.state}`}>
      <b>{withUnit(rule.value, unit)}</b>
      <i aria-hidden="true">
        <u style={{ width: `${share * 100}%` }} />
      </i>
      <em>{limitText(rule.limit)}</em>
    </span>
  )
}

export const receiverNames = ({ receivers }: Rule): string =>
  [...new Set(receivers.map(({ name }) => name))].join(', ') || '–'

const sinceOf = (alerts: readonly ActiveAlert[]) =>
  Math.min(...alerts.map(({ activeAt }) => activeAt))

/** What Alertmanager holds back of a rule, and why. */
export function heldBack(held: readonly HeldAlert[] | undefined, name: string): string | undefined {
  const mine = held?.filter(
    ({ labels, state }) => labels.alertname === name && state === 'suppressed',
  )
  if (!mine || mine.length === 0) return undefined
  return mine.some(({ silencedBy }) => silencedBy.length > 0) ? 'silenced' : 'inhibited'
}

export function Alerts() {
  const { state } = useLive()
  const { search, change } = useRoute()
  const { data: rules, error } = useAsked(
    (signal) => ask<Rule[]>('/api/rules', { signal }),
    5_000,
    [state?.alerts],
  )
  const words = search.get('q') ?? ''
  const wanted = search.get('state')
  const severity = search.get('severity')
  const counts = STATES.map((one) => ({
    one,
    count: rules?.filter((rule) => rule.state === one && !isHeartbeat(rule)).length,
  }))
  const visible = rules
    ?.filter(
      (rule) =>
        (!wanted || (rule.state === wanted && !isHeartbeat(rule))) &&
        (!severity || rule.labels.severity === severity) &&
        words
          .toLowerCase()
          .split(/\s+/)
          .every((word) => textOf(rule).includes(word)),
    )
    .sort(byUrgency)
  const now = state?.now ?? Date.now()
  return (
    <>
      <header>
        <h1>Alerts</h1>
        <AlertTabs />
        <fieldset class="filter">
          <legend class="hidden">State</legend>
          {counts.map(({ one, count }) => (
            <button
              type="button"
              key={one}
              class={one}
              aria-pressed={wanted === one}
              onClick={() => change({ state: wanted === one ? undefined : one })}
            >
              <b>{count ?? '–'}</b> {one === 'inactive' ? 'quiet' : one}
            </button>
          ))}
        </fieldset>
        <fieldset class="filter">
          <legend class="hidden">Severity</legend>
          {Object.keys(URGENCY).map((one) => (
            <button
              type="button"
              key={one}
              aria-pressed={severity === one}
              onClick={() => change({ severity: severity === one ? undefined : one })}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <SearchBox value={words} onChange={(q) => change({ q })} label="Find a rule" />
      </header>
      {error && (
        <Failed what={rules ? 'Out of date.' : 'The rules cannot be read.'} error={error} />
      )}
      {!visible ? (
        !error && <Loading />
      ) : (
        <table class="rules panel">
          <thead>
            <tr>
              <th>State</th>
              <th>Alert</th>
              <th>Value and limit</th>
              <th class="num">Since</th>
              <th class="num">For</th>
              <th>Receiver</th>
            </tr>
          </thead>
          <tbody>
            {visible.map((rule) => {
              const href = `/alerts/${rule.name}`
              const held = heldBack(state?.held, rule.name)
              const heartbeat = isHeartbeat(rule)
              return (
                <tr
                  key={`${rule.name} ${JSON.stringify(rule.labels)}`}
                  class={heartbeat ? 'heartbeat' : rule.state}
                  onClick={() => go(href)}
                >
                  <td>
                    {rule.health === 'ok' || rule.health === 'unknown' ? (
                      heartbeat ? (
                        <span class="state inactive">heartbeat</span>
                      ) : (
                        <State of={rule.state} />
                      )
                    ) : (
                      <span class="state firing" title={rule.lastError}>
                        broken rule
                      </span>
                    )}
                    {held && <small>{held}</small>}
                  </td>
                  <td>
                    <a href={href}>
                      {rule.name}
                      {rule.labels.window && <small>{rule.labels.window}</small>}
                    </a>{' '}
                    <Severity of={rule.labels.severity} />
                    {!heartbeat &&
                      rule.alerts
                        .slice(0, 3)
                        .map((alert) => (
                          <p key={JSON.stringify(alert.labels)}>{alert.annotations.summary}</p>
                        ))}
                    {!heartbeat && rule.alerts.length > 3 && (
                      <p>and {rule.alerts.length - 3} more</p>
                    )}
                  </td>
                  <td>
                    <Nearness rule={rule} />
                  </td>
                  <td class="num">
                    {rule.alerts.length > 0 && !heartbeat && (
                      <time title={exact(sinceOf(rule.alerts))}>
                        {span(Math.max(0, Math.round((now - sinceOf(rule.alerts)) / 1000)))}
                      </time>
                    )}
                  </td>
                  <td class="num">{span(rule.for)}</td>
                  <td>{receiverNames(rule)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {visible?.length === 0 && (
        <Empty title={rules?.length === 0 ? 'Prometheus has no alerting rule.' : 'No rule fits.'}>
          {(words || wanted || severity) && (
            <button
              type="button"
              class="plain framed"
              onClick={() => change({ q: undefined, state: undefined, severity: undefined })}
            >
              Show all {rules?.length}
            </button>
          )}
        </Empty>
      )}
      {rules && rules.length > 0 && (
        <p class="dim below">
          Evaluated <Ago at={Math.max(...rules.map((rule) => rule.lastEvaluation))} now={now} />. A
          bar shows how far the nearest series is on its way to the limit.
        </p>
      )}
    </>
  )
}

const textOf = ({ name, group, labels, annotations }: Rule): string =>
  [name, group, ...Object.values(labels), annotations.summary ?? ''].join(' ').toLowerCase()
