import type { Fakes } from './fakes.ts'
import { createFaults, type Fault } from './faults.ts'
import {
  type ActiveAlert,
  type ChatMessage,
  type ConsoleEvent,
  type FaultRun,
  FIGURES,
  type Figures,
  type LiveState,
  type Upstream,
  type UpstreamName,
} from './state.ts'
import type { Alertmanager, Prometheus } from './upstream.ts'

/** Milliseconds between two looks while a client is connected, or while a fault runs. */
const WATCHED = 1_000
/** And otherwise: what happens meanwhile is still noted. */
const UNWATCHED = 5_000
const EVENTS_KEPT = 200

export type Live = ReturnType<typeof createLive>
type Slice = keyof LiveState

/**
 * Looks at every source in its own rhythm, each once however many pages are open, and says which slices
 * of the state have changed. A source that does not answer leaves its slice as it was.
 */
export function createLive({
  prometheus,
  alertmanager,
  fakes,
  faults: list,
  now = Date.now,
}: {
  readonly prometheus: Prometheus
  readonly alertmanager: Alertmanager
  readonly fakes?: Fakes
  readonly faults: readonly Fault[]
  readonly now?: () => number
}) {
  let state: LiveState = { now: now(), upstreams: {} }
  const shown = new Map<Slice, string>()
  const listeners = new Set<(slices: Partial<LiveState>) => void>()
  const messages: ChatMessage[] = []
  const events: ConsoleEvent[] = []
  const phases = new Map<string, ActiveAlert['state']>()
  let firstLook = true

  const faults = createFaults(list, { now, onChange: noteRun })

  function publish(slices: Partial<LiveState>): void {
    const changed: Partial<Record<Slice, unknown>> = {}
    for (const [name, value] of Object.entries(slices) as [Slice, unknown][]) {
      const text = JSON.stringify(value)
      if (shown.get(name) === text) continue
      shown.set(name, text)
      changed[name] = value
    }
    state = { ...state, ...slices }
    if (Object.keys(changed).length === 0) return
    for (const listener of listeners) listener(changed as Partial<LiveState>)
  }

  function note(event: ConsoleEvent): void {
    events.push(event)
    if (events.length > EVENTS_KEPT) events.shift()
    publish({ events: events.toSorted((a, b) => a.at - b.at) })
  }

  function noteRun(run: FaultRun, { title, name }: { title: string; name: string }): void {
    const href = `/?fault=${name}`
    if (run.state === 'broken' && run.error === undefined)
      note({ at: run.startedAt, kind: 'broken', text: title, href })
    if (run.state === 'repaired')
      note({ at: run.repairedAt ?? now(), kind: 'repaired', text: title, href })
    publish({ runs: faults.runs() })
  }

  /** Notes what a source said about itself: it answers, or why not. */
  function reached(name: UpstreamName, url: string, error?: unknown): void {
    const before = state.upstreams[name]
    const ok = error === undefined
    const current: Upstream = {
      url,
      ok,
      since: before?.ok === ok ? (before.since ?? now()) : now(),
      ...(!ok && { error: error instanceof Error ? error.message : String(error) }),
    }
    if (before !== undefined && before.ok !== ok)
      note({ at: now(), kind: ok ? 'up' : 'down', text: TITLES[name] })
    publish({ upstreams: { ...state.upstreams, [name]: current } })
  }

  function noteAlerts(alerts: readonly ActiveAlert[]): void {
    const present = new Map<string, ActiveAlert>()
    for (const alert of alerts) {
      if (alert.labels.severity === 'none') continue
      const text = nameOf(alert.labels)
      // Of several series with the same words the one that is further on counts.
      if (present.get(text)?.state !== 'firing') present.set(text, alert)
    }
    for (const [text, { state, activeAt, labels }] of present) {
      if (phases.get(text) !== state && !firstLook)
        note({
          at: state === 'pending' ? Math.min(now(), activeAt) : now(),
          kind: state,
          text,
          href: `/alerts/${labels.alertname}`,
        })
      phases.set(text, state)
    }
    for (const [text, before] of phases) {
      if (present.has(text)) continue
      const kind = before === 'firing' ? 'resolved' : 'inactive'
      note({ at: now(), kind, text, href: `/alerts/${text.split(' ')[0]}` })
      phases.delete(text)
    }
    firstLook = false
  }

  const sources: Source[] = [
    {
      upstream: 'prometheus',
      url: prometheus.url,
      everyMs: WATCHED,
      look: async () => {
        const alerts = await prometheus.alerts()
        noteAlerts(alerts)
        publish({ alerts })
      },
    },
    {
      upstream: 'prometheus',
      url: prometheus.url,
      everyMs: 2 * WATCHED,
      look: async () => publish({ targets: await prometheus.targets() }),
    },
    {
      upstream: 'prometheus',
      url: prometheus.url,
      everyMs: 5 * WATCHED,
      look: async () => publish({ figures: await readFigures(prometheus) }),
    },
    {
      upstream: 'alertmanager',
      url: alertmanager.url,
      everyMs: WATCHED,
      look: async () => {
        const [held, silences] = await Promise.all([alertmanager.alerts(), alertmanager.silences()])
        publish({ held, silences })
      },
    },
  ]
  if (fakes) {
    sources.push({
      upstream: 'fakes',
      url: fakes.url,
      everyMs: WATCHED,
      look: async () => {
        const [arrived, injected] = await Promise.all([
          fakes.messages(messages.at(-1)?.id ?? 0),
          fakes.injected(),
        ])
        for (const message of arrived) {
          messages.push(message)
          note({
            at: message.at,
            kind: 'message',
            text: message.text.split('\n')[0] ?? '',
            href: `/messages#message-${message.id}`,
          })
        }
        const last = messages.at(-1)?.at
        publish({
          injected,
          messages: { count: messages.length, ...(last !== undefined && { last }) },
        })
        if (faults.runs().length > 0) {
          const notifications = await fakes.notifications(messages)
          faults.observe({ alerts: state.alerts, held: state.held, notifications })
          publish({ runs: faults.runs() })
        }
      },
    })
  }

  const stopped = new AbortController()
  const wakers = new Set<() => void>()
  const isWatched = () => listeners.size > 0 || faults.isAnyActive()

  async function follow({ upstream, url, everyMs, look }: Source): Promise<void> {
    while (!stopped.signal.aborted) {
      const begun = now()
      await look().then(
        () => reached(upstream, url),
        (error) => reached(upstream, url, error),
      )
      const pause = isWatched() ? everyMs : Math.max(everyMs, UNWATCHED)
      await rest(Math.max(100, pause - (now() - begun)))
    }
  }

  /** Waits, or until the first page is opened. */
  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        wakers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      wakers.add(wake)
    })
  }

  const running = sources.map(follow)
  const clock = setInterval(() => publish({ now: now() }), WATCHED)
  clock.unref()

  return {
    faults,
    state: (): LiveState => state,
    messages: (after = 0): readonly ChatMessage[] => messages.filter(({ id }) => id > after),
    /** Calls back on each change until the returned function is called. */
    subscribe(listener: (slices: Partial<LiveState>) => void): () => void {
      const isFirst = listeners.size === 0
      listeners.add(listener)
      if (isFirst) for (const wake of [...wakers]) wake()
      return () => void listeners.delete(listener)
    },
    async stop(): Promise<void> {
      stopped.abort()
      clearInterval(clock)
      for (const wake of [...wakers]) wake()
      await Promise.all(running)
    },
  }
}

interface Source {
  readonly upstream: UpstreamName
  readonly url: string
  readonly everyMs: number
  readonly look: () => Promise<void>
}

const TITLES: Readonly<Record<UpstreamName, string>> = {
  prometheus: 'Prometheus',
  alertmanager: 'Alertmanager',
  fakes: 'The fake external services',
}

/** Labels that tell an alert from another to a reader. */
const UNSPOKEN = [
  'alertname',
  'severity',
  'env',
  'prometheus',
  'container',
  'endpoint',
  'namespace',
]

function nameOf(labels: ActiveAlert['labels']): string {
  const rest = Object.entries(labels).filter(([name]) => !UNSPOKEN.includes(name))
  return [labels.alertname, ...rest.map(([, value]) => value)].join(' ')
}

/** A figure whose query finds nothing is left out: nothing is not zero. */
async function readFigures(prometheus: Prometheus): Promise<Figures> {
  const read = await Promise.all(
    Object.entries(FIGURES).map(async ([name, expr]) => {
      const [value] = await prometheus.values(expr)
      return [name, value] as const
    }),
  )
  return Object.fromEntries(read.filter(([, value]) => Number.isFinite(value)))
}
