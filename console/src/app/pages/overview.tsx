import { useState } from 'preact/hooks'
import type {
  Expected,
  FaultData,
  FaultRun,
  LiveState,
  Moments,
  Rule,
  Setup,
} from '../../server/state.ts'
import { ask, post, useAsked } from '../ask.ts'
import {
  ago,
  clock,
  digits,
  exact,
  limitWords,
  span,
  stopwatch,
  unitOf,
  withUnit,
} from '../format.ts'
import { useLive } from '../live.ts'
import { useRoute } from '../router.ts'
import { RuleChart } from '../rule-chart.tsx'
import { Ago, Empty, Failed, Icon, type IconName, Loading, Severity, withEmoji } from '../ui.tsx'

type Tone = 'ok' | 'warn' | 'bad' | 'carries' | 'unknown'

/** One stop on the way from a failure to the message about it. */
interface Hop {
  readonly name: string
  readonly icon: IconName
  readonly href: string
  readonly tone: Tone
  /** The state in words: colour never carries it alone. */
  readonly says: string
  readonly figure: string
  readonly unit: string
}

const isSpoken = ({ labels }: { readonly labels: { readonly severity?: string } }) =>
  labels.severity !== 'none'

function hopsOf(state: LiveState) {
  const { upstreams, targets, alerts, held, injected, figures = {}, messages, now } = state
  const down = (name: 'prometheus' | 'alertmanager' | 'fakes') => upstreams[name]?.ok === false
  const noAnswer = { tone: 'bad', says: 'does not answer' } as const
  const spoken = (alerts ?? []).filter(isSpoken)
  const firing = spoken.filter(({ state }) => state === 'firing').length
  const pending = spoken.length - firing
  const active = (held ?? []).filter(isSpoken)
  const quiet = active.filter(({ state }) => state === 'suppressed').length

  const process = (job: string): Pick<Hop, 'tone' | 'says'> => {
    const mine = targets?.filter((target) => target.job === job) ?? []
    if (targets === undefined) return { tone: 'unknown', says: 'not known yet' }
    if (mine.length === 0) return { tone: 'bad', says: 'not a target' }
    const lost = mine.filter(({ health }) => health === 'down')
    if (lost[0]) return { tone: 'bad', says: shortError(lost[0].lastError) }
    const last = Math.max(...mine.map(({ lastScrape }) => lastScrape))
    return down('prometheus')
      ? { tone: 'unknown', says: 'not scraped' }
      : { tone: 'ok', says: last > 0 ? ago(last, now) : 'not scraped yet' }
  }
  const count = (value: number | undefined) => (value === undefined ? '–' : digits(value))

  const external: Hop = {
    name: 'External services',
    icon: 'globe',
    href: '/dashboards/vf-worker',
    figure: figures.calls === undefined ? '–' : digits(figures.calls * 60),
    unit: 'calls/min',
    ...(down('fakes')
      ? noAnswer
      : (injected ?? []).length > 0
        ? {
            tone: 'bad',
            says: (injected ?? []).map(({ service, name }) => `${service} is ${name}`).join(', '),
          }
        : {
            tone: 'ok',
            says: upstreams.fakes ? 'Kick, X, S3 and e-mail answer' : 'Kick, X, S3, e-mail',
          }),
  }
  const api: Hop = {
    name: 'api',
    icon: 'process',
    href: '/dashboards/vf-api',
    figure: count(figures.requests),
    unit: 'requests/s',
    ...process('api-metrics'),
  }
  const worker: Hop = {
    name: 'worker',
    icon: 'process',
    href: '/dashboards/vf-worker',
    figure:
      figures.jobs === undefined
        ? '–'
        : `${figures.jobs - (figures.staleJobs ?? 0)}/${figures.jobs}`,
    unit: 'jobs on time',
    ...process('worker-metrics'),
  }
  const prometheus: Hop = {
    name: 'Prometheus',
    icon: 'prometheus',
    href: '/alerts',
    figure: count(figures.evaluations),
    unit: 'rules/s',
    ...(down('prometheus')
      ? noAnswer
      : firing > 0
        ? { tone: 'carries', says: `${firing} ${firing === 1 ? 'alert fires' : 'alerts fire'}` }
        : pending > 0
          ? { tone: 'warn', says: `${pending} pending` }
          : { tone: 'ok', says: `no alert, ${count(figures.series)} series` }),
  }
  const alertmanager: Hop = {
    name: 'Alertmanager',
    icon: 'alerts',
    href: '/routes',
    figure: held === undefined ? '–' : String(active.length),
    unit: active.length === 1 ? 'active alert' : 'active alerts',
    ...(down('alertmanager')
      ? noAnswer
      : active.length > 0
        ? { tone: 'carries', says: quiet > 0 ? `${quiet} suppressed` : 'notifies Telegram' }
        : { tone: 'ok', says: 'nothing to notify of' }),
  }
  const failed = figures.failedToSend ?? 0
  const telegram: Hop = {
    name: 'Telegram',
    icon: 'telegram',
    href: '/messages',
    figure: messages ? String(messages.count) : count(figures.sent),
    unit: messages?.count === 1 ? 'message' : messages ? 'messages' : 'sent',
    ...(failed > 0
      ? { tone: 'bad', says: `${digits(failed)} failed in 5 min` }
      : { tone: 'ok', says: messages?.last ? `last ${ago(messages.last, now)}` : 'none yet' }),
  }
  return { external, api, worker, prometheus, alertmanager, telegram }
}

const shortError = (error: string): string => error.replace(/^.*: /, '') || 'does not answer'

function Card({ name, icon, href, tone, says, figure, unit }: Hop) {
  return (
    <a class={`hop ${tone}`} href={href}>
      <h2>
        <Icon name={icon} />
        {name}
      </h2>
      <p>
        <b>{figure}</b> {unit}
      </p>
      <small title={says}>{says}</small>
    </a>
  )
}

function Wire({ says, tone }: { readonly says: string; readonly tone: Tone }) {
  return (
    <div class={`wire ${tone}`} aria-hidden="true">
      <span>{says}</span>
    </div>
  )
}

function Path({ state }: { readonly state: LiveState }) {
  const { external, api, worker, prometheus, alertmanager, telegram } = hopsOf(state)
  const isLost = api.tone === 'bad' || worker.tone === 'bad'
  return (
    <section class="path" aria-label="The path from a failure to its message">
      <Card {...external} />
      <Wire says="http" tone={external.tone} />
      <div class="pair">
        <Card {...api} />
        <Card {...worker} />
      </div>
      <Wire says="scrape" tone={prometheus.tone === 'bad' || isLost ? 'bad' : 'ok'} />
      <Card {...prometheus} />
      <Wire says="alerts" tone={prometheus.tone} />
      <Card {...alertmanager} />
      <Wire says="notify" tone={telegram.tone === 'bad' ? 'bad' : alertmanager.tone} />
      <Card {...telegram} />
    </section>
  )
}

const listed = (names: readonly string[]): string =>
  names.length > 2
    ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
    : names.join(' and ')

function headlineOf(state: LiveState, broken: FaultData | undefined): { tone: Tone; text: string } {
  const silent = Object.entries({ prometheus: 'Prometheus', alertmanager: 'Alertmanager' } as const)
    .filter(([name]) => state.upstreams[name as 'prometheus']?.ok === false)
    .map(([, title]) => title)
  if (silent.length > 0)
    return {
      tone: 'bad',
      text: `${listed(silent)} ${silent.length > 1 ? 'do' : 'does'} not answer.`,
    }
  const names = (phase: string) => [
    ...new Set(
      (state.alerts ?? [])
        .filter((alert) => isSpoken(alert) && alert.state === phase)
        .map(({ labels }) => labels.alertname ?? ''),
    ),
  ]
  const [firing, pending] = [names('firing'), names('pending')]
  if (firing.length > 0)
    return { tone: 'bad', text: `${listed(firing)} ${firing.length > 1 ? 'fire' : 'fires'}.` }
  if (pending.length > 0)
    return {
      tone: 'warn',
      text: `${listed(pending)} ${pending.length > 1 ? 'are' : 'is'} pending.`,
    }
  if (broken) return { tone: 'warn', text: `${broken.title}: no alert has noticed it yet.` }
  if (state.alerts === undefined) return { tone: 'unknown', text: 'Waiting for Prometheus …' }
  return { tone: 'ok', text: 'All is well.' }
}

function Headline({
  state,
  broken,
}: {
  readonly state: LiveState
  readonly broken: FaultData | undefined
}) {
  const { tone, text } = headlineOf(state, broken)
  const { figures, targets = [], messages, now } = state
  const up = targets.filter(({ health }) => health === 'up').length
  return (
    <div class={`headline ${tone}`}>
      <h1 aria-live="polite">{text}</h1>
      <p>
        {figures?.rules !== undefined &&
          `${figures.rules} rules watch ${up} of ${targets.length} targets. `}
        {messages &&
          (messages.last
            ? `The last message arrived ${ago(messages.last, now)}.`
            : 'No message since the start.')}
      </p>
    </div>
  )
}

const isActive = ({ state }: FaultRun) => state !== 'repaired' && state !== 'failed'
const CHANNELS = {
  telegram: 'Telegram',
  fallback: 'the fallback channel',
  heartbeat: 'the heartbeat service',
} as const

/** What is expected of a fault in the list: the alert that comes last says when all is known. */
function patienceOf({ expects }: FaultData): string {
  const within = Math.max(0, ...expects.filter((one) => !one.afterRepair).map((one) => one.within))
  // A backdated fault counts from days ago, which says nothing about how long one waits here.
  return within > 2 * 3600 ? 'minutes' : stopwatch(within)
}

function FaultList({
  faults,
  runs,
  chosen,
  choose,
}: {
  readonly faults: readonly FaultData[]
  readonly runs: readonly FaultRun[]
  readonly chosen: FaultData | undefined
  readonly choose: (fault: FaultData) => void
}) {
  const themes = [...new Set(faults.map(({ theme }) => theme))]
  return (
    <nav class="faults" aria-label="Faults">
      {themes.map((theme) => (
        <section key={theme}>
          <h3>{theme}</h3>
          {faults
            .filter((fault) => fault.theme === theme)
            .map((fault) => {
              const run = runs.find((one) => one.fault === fault.name)
              const active = run !== undefined && isActive(run)
              return (
                <button
                  type="button"
                  key={fault.name}
                  aria-pressed={chosen === fault}
                  class={`fault${active ? ' active' : ''}`}
                  title={fault.does}
                  onClick={() => choose(fault)}
                >
                  <b>{fault.title}</b>
                  <span>{active ? run.state : patienceOf(fault)}</span>
                </button>
              )
            })}
        </section>
      ))}
    </nav>
  )
}

const STEPS = [
  ['broken', 'Broken', 'the fault is active'],
  ['pending', 'Noticed', 'the rule is pending'],
  ['firing', 'Fires', 'it has held long enough'],
  ['received', 'Received', 'by Alertmanager'],
  ['notified', 'Message', 'a person reads it'],
  ['repaired', 'Repaired', 'the fault is gone'],
  ['resolved', 'Resolved', 'the message says so'],
] as const
type Step = (typeof STEPS)[number][0]

/** When each step was reached; a backdated fault began before it was asked for. */
function timesOf(run: FaultRun | undefined, alert: string): Partial<Record<Step, number>> {
  if (!run) return {}
  const moments: Moments = run.moments[alert] ?? {}
  return {
    broken: run.startedAt,
    ...moments,
    ...(run.repairedAt !== undefined && { repaired: run.repairedAt }),
  }
}

function Timeline({
  fault,
  run,
  expected,
  now,
}: {
  readonly fault: FaultData
  readonly run: FaultRun | undefined
  readonly expected: Expected
  readonly now: number
}) {
  const times = timesOf(run, expected.alert)
  const from =
    (expected.afterRepair ? run?.repairedAt : run?.countsFrom[expected.alert]) ?? run?.startedAt
  const { notified, repaired, resolved, broken } = times
  const until = notified ?? (expected.afterRepair ? now : (repaired ?? now))
  const passed = from === undefined ? 0 : Math.max(0, (until - from) / 1000)
  const isLate = passed > expected.within
  const tone = notified ? (isLate ? 'bad' : 'ok') : isLate ? 'bad' : 'going'
  const next =
    run && isActive(run) ? STEPS.find(([step]) => times[step] === undefined)?.[0] : undefined
  const awaited =
    run?.state === 'repaired' && resolved === undefined && notified ? 'resolved' : next
  const since = (step: Step, at: number) => {
    if (step === 'broken') return clock(at)
    const start = step === 'resolved' ? repaired : broken
    return `+${span(Math.floor((at - (start ?? at)) / 1000))}`
  }
  const says = notified
    ? isLate
      ? 'from fault to message: later than promised'
      : 'from fault to message'
    : run === undefined
      ? 'not broken'
      : repaired
        ? 'repaired before a message was due'
        : 'since the fault'
  return (
    <div class="timeline">
      <div class="clocks">
        <p>
          <b class={run ? tone : ''}>{stopwatch(passed)}</b> <span>{says}</span>
        </p>
        <p>
          <span>promised within</span> <b>{stopwatch(expected.within)}</b>
        </p>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label="Seconds since the fault, of those promised"
        aria-valuemin={0}
        aria-valuemax={expected.within}
        aria-valuenow={Math.min(expected.within, Math.round(passed))}
      >
        <i class={tone} style={{ width: `${Math.min(100, (passed / expected.within) * 100)}%` }} />
        {expected.recorded !== undefined && expected.recorded <= expected.within && (
          <em
            class={expected.recorded / expected.within > 0.75 ? 'late' : ''}
            style={{ left: `${(expected.recorded / expected.within) * 100}%` }}
          >
            <span>last drill {stopwatch(expected.recorded)}</span>
          </em>
        )}
      </div>
      <ol>
        {STEPS.map(([step, title, what]) => {
          const at = times[step]
          const isNow = awaited === step && at === undefined
          const waits =
            step === 'resolved' && repaired && at === undefined
              ? `${stopwatch((now - repaired) / 1000)} of ${stopwatch(fault.resolvedWithin)}`
              : what
          return (
            <li key={step} class={at !== undefined ? `done ${step}` : isNow ? 'awaited' : ''}>
              <b>{title}</b>
              <time title={at === undefined ? '' : exact(at)}>
                {at !== undefined ? since(step, at) : isNow ? 'waiting' : '–'}
              </time>
              <small>{waits}</small>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

function FaultPanel({
  fault,
  run,
  runs,
  state,
}: {
  readonly fault: FaultData
  readonly run: FaultRun | undefined
  readonly runs: readonly { run: FaultRun; fault: FaultData }[]
  readonly state: LiveState
}) {
  const { search, change } = useRoute()
  const [refused, setRefused] = useState<string>()
  const expected =
    fault.expects.find(({ alert }) => alert === search.get('alert')) ?? fault.expects[0]
  const { data: rules } = useAsked((signal) => ask<Rule[]>('/api/rules', { signal }), 5_000, [
    run?.state,
  ])
  const rule = rules
    ?.filter(({ name }) => name === expected?.alert)
    .sort((a, b) => Number(b.state !== 'inactive') - Number(a.state !== 'inactive'))[0]
  const disturbs = runs.find((one) => isActive(one.run) && one.fault.group !== fault.group)?.fault
  const steer = async (what: 'break' | 'repair') => {
    setRefused(undefined)
    await post(`/api/faults/${fault.name}/${what}`).catch((error) => setRefused(error.message))
  }
  const isBroken = run !== undefined && isActive(run)
  const bands = run
    ? [
        {
          from: run.startedAt / 1000,
          to: (run.repairedAt ?? state.now) / 1000,
          label: `${fault.title}: active`,
          tone: 'warn' as const,
        },
      ]
    : []
  const age = run ? (state.now - run.startedAt) / 1000 : 0
  const seconds = Math.min(3600, Math.max(900, age + 300))
  return (
    <div class="run panel">
      <header>
        <div>
          <h2>{fault.title}</h2>
          <p>{sentence(fault.does)}</p>
        </div>
        {isBroken ? (
          <button
            type="button"
            class="act repair"
            disabled={run.state !== 'broken'}
            onClick={() => steer('repair')}
          >
            <Icon name="check" />
            {run.state === 'broken' ? 'Repair' : `${run.state} …`}
          </button>
        ) : (
          <button
            type="button"
            class="act"
            disabled={disturbs !== undefined}
            onClick={() => steer('break')}
          >
            <Icon name="bolt" />
            Break
          </button>
        )}
      </header>
      {disturbs && !isBroken && (
        <p class="note">Repair “{disturbs.title}” first: the two would disturb each other.</p>
      )}
      {(refused ?? run?.error) && <Failed what="Not done." error={refused ?? run?.error ?? ''} />}
      {expected ? (
        <>
          <nav class="expects" aria-label="Notifications expected">
            {fault.expects.map((one) => (
              <button
                type="button"
                key={one.alert}
                aria-pressed={one === expected}
                onClick={() => change({ alert: one.alert })}
              >
                {one.alert}
                {run?.moments[one.alert]?.notified !== undefined && <Icon name="check" />}
              </button>
            ))}
            <span class="rest">
              {rule && <Severity of={rule.labels.severity} />}
              <span>
                by {CHANNELS[expected.channel]}
                {expected.afterRepair && ', once repaired'}
              </span>
              {rule && <a href={`/alerts/${expected.alert}`}>Rule and runbook</a>}
            </span>
          </nav>
          <Timeline fault={fault} run={run} expected={expected} now={state.now} />
          <div class="graph">
            <h3>
              {rule?.limit ? (
                <>
                  What the rule looks at:{' '}
                  <b class={rule.state}>{withUnit(rule.value, unitOf(rule.limit.expr))}</b>, fires{' '}
                  {limitWords(rule.limit)}
                </>
              ) : (
                'What the rule looks at'
              )}
            </h3>
            {rule ? (
              <RuleChart rule={rule} seconds={seconds} now={state.now} height={220} bands={bands} />
            ) : rules ? (
              <Empty title="This alert comes from outside">
                No rule here evaluates it: the heartbeat service detects missing pings.
              </Empty>
            ) : (
              <Loading height={220} />
            )}
          </div>
        </>
      ) : (
        <Empty title="Nothing may arrive">This fault must not cause any notification.</Empty>
      )}
    </div>
  )
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

function Feed({ state }: { readonly state: LiveState }) {
  const events = [...(state.events ?? [])].reverse().slice(0, 60)
  return (
    <section class="feed panel" aria-label="What happened">
      <h2>What happened</h2>
      {events.length === 0 ? (
        <Empty title="Nothing yet">Faults, alerts and messages appear here as they happen.</Empty>
      ) : (
        <ol aria-label="Events, newest first">
          {events.map(({ at, kind, text, href }) => (
            <li key={`${at}${kind}${text}`} class={kind}>
              <time title={exact(at)}>{clock(at)}</time>
              <i>{kind}</i>
              {href ? <a href={href}>{withEmoji(text)}</a> : <span>{withEmoji(text)}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** What fires now, for an environment that cannot be broken from here. */
function Attention({ state }: { readonly state: LiveState }) {
  const spoken = (state.alerts ?? []).filter(isSpoken)
  return (
    <section class="panel attention">
      <h2>Needs attention</h2>
      {spoken.length === 0 ? (
        <Empty title="Nothing">
          No alert is pending or fires. <a href="/alerts">Every rule and how near it is</a>.
        </Empty>
      ) : (
        <ul>
          {spoken.map((alert) => (
            <li key={JSON.stringify(alert.labels)} class={alert.state}>
              <a href={`/alerts/${alert.labels.alertname}`}>
                <b>{alert.labels.alertname}</b> {alert.annotations.summary}
              </a>
              <Ago at={alert.activeAt} now={state.now} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

export function Overview({ setup }: { readonly setup: Setup }) {
  const { state } = useLive()
  const { search, change } = useRoute()
  if (!state) return <Loading />
  const { faults } = setup
  const runs = state.runs ?? []
  const known = runs.flatMap((run) => {
    const fault = faults.find(({ name }) => name === run.fault)
    return fault ? [{ run, fault }] : []
  })
  const latest = known.findLast(({ run }) => isActive(run)) ?? known.at(-1)
  const chosen =
    faults.find(({ name }) => name === search.get('fault')) ?? latest?.fault ?? faults[0]
  const broken = known.find(({ run }) => run.state === 'broken')?.fault
  return (
    <>
      <Headline state={state} broken={broken} />
      <Path state={state} />
      {chosen ? (
        <section class="break" aria-labelledby="break">
          <div class="choose">
            <h2 id="break">Break something, and watch it arrive</h2>
            <FaultList
              faults={faults}
              runs={runs}
              chosen={chosen}
              choose={({ name }) => change({ fault: name, alert: undefined })}
            />
          </div>
          <FaultPanel
            key={chosen.name}
            fault={chosen}
            run={runs.find(({ fault }) => fault === chosen.name)}
            runs={known}
            state={state}
          />
          <Feed state={state} />
        </section>
      ) : (
        <section class="break without">
          <Attention state={state} />
          <Feed state={state} />
        </section>
      )}
    </>
  )
}
