import { Registry } from 'prom-client'
import {
  counter,
  createPolls,
  createSideport,
  gauge,
  histogram,
  oneOf,
  type PollsOptions,
} from 'sideport'
import { samplesOf } from '../../support/samples.ts'

const exportedBy = ['shop'] as const
const perTask = {
  labels: [oneOf('job', ['hourly', 'daily'])],
  exportedBy,
  allow: { 'target-label': 'the label is named like that where these metrics come from' },
} as const

const instant = (moment: string) =>
  gauge({
    ...perTask,
    name: `shop_poll_${moment}_timestamp_seconds`,
    help: 'An instant.',
    unit: 'seconds',
    aggregate: 'max',
    initially: 'absent',
  })

const catalogue = {
  runs: counter({
    ...perTask,
    name: 'shop_poll_runs_total',
    help: 'Runs.',
    labels: [...perTask.labels, oneOf('result', ['ok', 'error'])],
  }),
  skipped: counter({
    ...perTask,
    name: 'shop_poll_skipped_total',
    help: 'Skipped runs.',
    labels: [...perTask.labels, oneOf('reason', ['overlap', 'lock_held'])],
  }),
  duration: histogram({
    ...perTask,
    name: 'shop_poll_duration_seconds',
    help: 'Time of a run.',
    unit: 'seconds',
    buckets: [1, 10],
  }),
  inProgress: gauge({
    ...perTask,
    name: 'shop_poll_in_progress',
    help: 'Whether it runs.',
    aggregate: 'sum',
  }),
  lastRun: instant('last_run'),
  lastSuccess: instant('last_success'),
  registered: instant('registered'),
  interval: gauge({
    ...perTask,
    name: 'shop_poll_interval_seconds',
    help: 'Time between runs.',
    unit: 'seconds',
    aggregate: 'max',
    initially: 'absent',
  }),
  heartbeatFailures: counter({
    ...perTask,
    name: 'shop_poll_heartbeat_failures_total',
    help: 'Heartbeats that were not exchanged.',
  }),
}

export type Job = 'hourly' | 'daily'

/** One process with two jobs, and what its scrapes show. */
export function startWorker(options: Pick<PollsOptions<Job>, 'store' | 'lock' | 'clock' | 'log'>) {
  const port = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const polls = createPolls({
    jobs: { hourly: { intervalSeconds: 3600 }, daily: { intervalSeconds: 86_400 } },
    metrics: port.metrics,
    ...options,
  })
  return {
    ...polls,
    /** The samples of one job, by what follows `shop_poll_` in their names; absent ones are absent. */
    async shows(job: Job): Promise<Record<string, number>> {
      const samples = (await samplesOf(port)).filter(({ labels }) => labels.job === job)
      return Object.fromEntries(
        samples.map(({ name, labels: { job: _, ...others }, value }) => [
          [name.replace('shop_poll_', ''), ...Object.values(others)].join(' '),
          value,
        ]),
      )
    },
  }
}

/** Time that stands still until a test moves it; timers fire when their time has passed. */
export function createStillClock(start = 1_700_000_000) {
  let [now, elapsed] = [start, 0]
  const timers = new Set<{ due: number; action: () => void }>()
  return {
    now: () => now,
    elapsed: () => elapsed,
    after(seconds: number, action: () => void) {
      const timer = { due: elapsed + seconds, action }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass(seconds: number) {
      now += seconds
      elapsed += seconds
      for (const timer of timers) {
        if (timer.due > elapsed) continue
        timers.delete(timer)
        timer.action()
      }
    },
    /** The wall clock alone is set, as NTP or an administrator does. */
    set(instant: number) {
      now = instant
    },
  }
}

/** A promise that the test settles itself. */
export function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** How patiently the tests wait for another process. */
export const soon = { timeout: 10_000, interval: 20 } as const
