import { type Clock, systemClock } from '../../clock.ts'
import { type Log, silent } from '../../log.ts'
import type { HeartbeatStore } from './heartbeat.ts'
import { createHeartbeats } from './heartbeats.ts'
import type { PollLock } from './lock.ts'
import type { PollMetrics } from './metrics.ts'

export interface PollsOptions<Job extends string> {
  /** Every job this process schedules, by name. */
  readonly jobs: Readonly<Record<Job, { readonly intervalSeconds: number }>>
  readonly metrics: PollMetrics<Job>
  /** Where the last success outlives a restart. */
  readonly store: HeartbeatStore
  /** With several replicas: lets one at a time run a job. Without it every replica runs. */
  readonly lock?: PollLock
  readonly log?: Log
  readonly clock?: Clock
}

export interface Polls<Job extends string> {
  /**
   * Registers the jobs and reads their last success. Await it before the first scrape is
   * answered: a deploy at 03:00 must not blind the alert of the 03:17 job for a day.
   *
   * @throws Error when the store cannot be read; the jobs can run all the same, and each run retries.
   */
  load(): Promise<void>
  /**
   * Wraps a job so that its runs are measured. The wrapper hands on `this`, the arguments, the
   * result and whatever is thrown; it resolves to `undefined` when it skips a run because the previous
   * run is still in progress here, or because another replica holds the lock.
   *
   * `isDue` is called under the lock: when another replica has just run the job, the call ends there,
   * as if it had never been made.
   *
   * @example new Cron('17 3 * * *', polls.instrumentPoll('report', () => sendReport()))
   */
  instrumentPoll<This, Arguments extends unknown[], Result>(
    job: Job,
    run: (this: This, ...args: Arguments) => Result,
    isDue?: () => Promise<boolean>,
  ): (this: This, ...args: Arguments) => Promise<Awaited<Result> | undefined>
  /**
   * Writes what the store has not confirmed, again where a write failed. Await it when the
   * process ends, before the database closes. Never throws.
   */
  flush(): Promise<void>
}

/** Measures jobs that a scheduler calls, and remembers over restarts when each last succeeded. */
export function createPolls<const Job extends string>({
  jobs,
  metrics,
  store,
  lock,
  log = silent,
  clock = systemClock,
}: PollsOptions<Job>): Polls<Job> {
  const names = Object.keys(jobs) as Job[]
  const heartbeats = createHeartbeats(names, metrics, { store, clock, log })
  const running = new Set<Job>()

  for (const job of names) metrics.interval.with({ job }).set(jobs[job].intervalSeconds)

  async function measured<Result>(job: Job, run: () => Result): Promise<Awaited<Result>> {
    const startedAt = clock.elapsed()
    let result: 'ok' | 'error' = 'error'
    metrics.inProgress.with({ job }).set(1)
    heartbeats.started(job)
    try {
      const value = await run()
      result = 'ok'
      return value
    } finally {
      metrics.duration.with({ job }).observe(Math.max(0, clock.elapsed() - startedAt))
      metrics.inProgress.with({ job }).set(0)
      metrics.runs.with({ job, result }).inc()
      heartbeats.ended(job, result === 'ok')
    }
  }

  async function acquire(job: Job, by: PollLock) {
    try {
      return await by.acquire(job)
    } catch (error) {
      metrics.runs.with({ job, result: 'error' }).inc()
      throw error
    }
  }

  async function locked<Result>(
    job: Job,
    by: PollLock,
    call: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const held = await acquire(job, by)
    if (!held) {
      metrics.skipped.with({ job, reason: 'lock_held' }).inc()
      // The winner's success is the truth for every replica.
      heartbeats.refresh(job)
      return undefined
    }
    try {
      return await call()
    } finally {
      await held.release()
    }
  }

  return {
    load: heartbeats.load,
    flush: heartbeats.flush,
    instrumentPoll<This, Arguments extends unknown[], Result>(
      job: Job,
      run: (this: This, ...args: Arguments) => Result,
      isDue?: () => Promise<boolean>,
    ) {
      if (!names.includes(job)) {
        throw new Error(`No job is named ${job}; the jobs of createPolls are ${names.join(', ')}`)
      }
      return async function instrumentedPoll(
        this: This,
        ...args: Arguments
      ): Promise<Awaited<Result> | undefined> {
        if (running.has(job)) {
          metrics.skipped.with({ job, reason: 'overlap' }).inc()
          return undefined
        }
        running.add(job)
        try {
          const measuredRun = () => measured(job, () => run.apply(this, args))
          const call = isDue
            ? async () => ((await isDue()) ? measuredRun() : undefined)
            : measuredRun
          return await (lock ? locked(job, lock, call) : call())
        } finally {
          running.delete(job)
        }
      }
    },
  }
}
