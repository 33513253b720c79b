import { targets } from '../places.ts'
import { SCRAPE, type Timeline } from './scenario.ts'

export const HOUR = 3_600

/** The processes of an ordinary platform, with one replica each. */
export const API: Process = { kind: 'api' }
export const WORKER: Process = { kind: 'worker' }

/** Whether a moment lies in a span. */
export const during = (from: number, until: number) => (second: number) =>
  second >= from && second < until

/** From (inclusive) and until (exclusive), in seconds. */
export type Span = readonly [from: number, until: number]

const within = (second: number, spans: readonly Span[]) =>
  spans.some(([from, until]) => second >= from && second < until)

/** A process that Prometheus scrapes. */
export interface Process {
  readonly kind: keyof typeof targets
  /** Its pod: a restart keeps it, a deploy brings a new one. */
  readonly pod?: string
  readonly env?: string
  /** When it runs; several spans are restarts. Default: all the time. */
  readonly runs?: readonly Span[]
  /** Scrapes that fail although it runs. */
  readonly lost?: readonly Span[]
  /** The target stays in discovery while it does not run, so that `up` is 0. Default: true. */
  readonly discovered?: boolean
}

const ALWAYS: readonly Span[] = [[0, Number.POSITIVE_INFINITY]]

const target = ({ kind, pod = `${kind}-1`, env = 'stage' }: Process) => ({
  env,
  namespace: env,
  job: targets[kind].job,
  service: targets[kind].job,
  pod,
  instance: `${pod}:${targets[kind].port}`,
})

const scraped = ({ runs = ALWAYS, lost = [] }: Process, second: number) =>
  within(second, runs) && !within(second, lost)

/** A series that a process exports. Its own labels win over the target's, as honorLabels has it. */
export const exported = (
  process: Process,
  name: string,
  labels: Readonly<Record<string, string>>,
  at: (second: number) => number | undefined,
): Timeline => ({
  name,
  labels: { ...target(process), service: process.kind, ...labels },
  at: (second) => (scraped(process, second) ? at(second) : undefined),
})

/** When the run that is going on at `second` began. */
const runBegan = ({ runs = ALWAYS }: Process, second: number) =>
  runs.find(([from, until]) => second >= from && second < until)?.[0] ?? 0

/** As an instant, which must not be zero: rules take that for none. */
const startedAt = (process: Process, second: number) => Math.max(1, runBegan(process, second))

/** What Prometheus and the runtime know of a process: whether it answers, and since when it runs. */
export const presence = (process: Process): Timeline[] => {
  const { discovered = true, runs = ALWAYS } = process
  const up = (second: number) => {
    if (scraped(process, second)) return 1
    return discovered || within(second, runs) ? 0 : undefined
  }
  return [
    { name: 'up', labels: target(process), at: up },
    exported(process, 'process_start_time_seconds', {}, (second) => startedAt(process, second)),
  ]
}

/**
 * A counter of a process that grows by `perScrape`, resetting with each run of the process.
 */
export const counting = (
  process: Process,
  name: string,
  labels: Readonly<Record<string, string>>,
  perScrape: (second: number) => number,
): Timeline =>
  exported(process, name, labels, (second) => {
    let total = 0
    for (let at = runBegan(process, second) + SCRAPE; at <= second; at += SCRAPE)
      total += perScrape(at)
    return total
  })

/** A histogram. */
export interface Definition {
  readonly name: string
  readonly buckets: readonly number[]
}

/** How many took so many seconds, between two scrapes; less than one is one now and then. */
export type Durations = Readonly<Record<number, number>>

/** The buckets of a histogram, by what it observes between two scrapes. */
export const observed = (
  process: Process,
  { name, buckets }: Definition,
  labels: Readonly<Record<string, string>>,
  perScrape: Durations | ((second: number) => Durations),
  write: (edge: number) => string = String,
): Timeline[] =>
  [...buckets, Number.POSITIVE_INFINITY].map((edge) => {
    const le = edge === Number.POSITIVE_INFINITY ? '+Inf' : write(edge)
    const within = (durations: Durations) =>
      Object.entries(durations)
        .filter(([seconds]) => Number(seconds) <= edge)
        .reduce((sum, [, times]) => sum + times, 0)
    return counting(process, `${name}_bucket`, { ...labels, le }, (second) =>
      within(typeof perScrape === 'function' ? perScrape(second) : perScrape),
    )
  })
