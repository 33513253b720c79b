import type { Clock } from '../../clock.ts'
import { withDeadline } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { type Heartbeat, type HeartbeatStore, mergeHeartbeats } from './heartbeat.ts'
import type { PollMetrics } from './metrics.ts'

/** The heartbeats of this process's jobs, in sync with the store and the gauges. */
export interface Heartbeats<Job extends string> {
  /** Reads the store. @throws Error when the store cannot be read. */
  load(): Promise<void>
  started(job: Job): void
  /** Records the end of a run and writes it to the store in the background. */
  ended(job: Job, succeeded: boolean): void
  /** Reads the heartbeats of other processes from the store in the background. */
  refresh(job: Job): void
  /** Writes what the store has not confirmed. Never throws. */
  flush(): Promise<void>
}

/** A store that takes longer has failed. */
const STORE_WITHIN_SECONDS = 10

export function createHeartbeats<Job extends string>(
  jobs: readonly Job[],
  metrics: Pick<PollMetrics<Job>, 'heartbeatFailures' | 'lastRun' | 'lastSuccess' | 'registered'>,
  { store, clock, log }: { store: HeartbeatStore; clock: Clock; log: Log },
): Heartbeats<Job> {
  const known = new Map<Job, Heartbeat>()
  /** Jobs whose heartbeat the store has not confirmed; a failed write keeps them here. */
  const unsaved = new Set<Job>(jobs)
  const underWay = new Set<Promise<void>>()

  /** Of each job the success that the store has from a clock ahead of ours, and when we read it. */
  const ahead = new Map<Job, { readonly instant: number; readonly readAt: number }>()

  /**
   * Merges a stored heartbeat. A success in the future counts as of when this process first read it, also
   * once its instant has passed: taken at its word it would let nothing look stale until then.
   */
  function mergeStored(beat: Heartbeat) {
    const job = beat.job as Job
    if (!known.has(job)) return
    const { lastSuccessAt: instant } = beat
    if (instant === undefined) return update(job, beat)
    const before = ahead.get(job)
    if (before?.instant === instant) return update(job, { ...beat, lastSuccessAt: before.readAt })
    const readAt = clock.now()
    if (instant <= readAt) return update(job, beat)
    ahead.set(job, { instant, readAt })
    return update(job, { ...beat, lastSuccessAt: readAt })
  }

  function update(job: Job, reported: Heartbeat) {
    const before = known.get(job)
    const beat = before ? mergeHeartbeats(before, reported) : reported
    known.set(job, beat)
    metrics.registered.with({ job }).set(beat.registeredAt)
    if (beat.lastRunAt !== undefined) metrics.lastRun.with({ job }).set(beat.lastRunAt)
    if (beat.lastSuccessAt !== undefined) metrics.lastSuccess.with({ job }).set(beat.lastSuccessAt)
    return beat
  }

  const registered = (job: Job) => known.get(job) as Heartbeat

  async function exchange() {
    const sending = [...unsaved].map(registered)
    for (const { job } of sending) unsaved.delete(job as Job)
    try {
      const stored = await withDeadline('heartbeat store', STORE_WITHIN_SECONDS, clock, () =>
        store.merge(sending, jobs),
      )
      for (const beat of stored) mergeStored(beat)
    } catch (error) {
      for (const { job } of sending) unsaved.add(job as Job)
      throw error
    }
  }

  function exchangeFor(job: Job) {
    const exchanged = exchange()
      .catch((error: unknown) => {
        metrics.heartbeatFailures.with({ job }).inc()
        log.warn(
          { job, err: error },
          'the heartbeat of a job could not be exchanged; its next run retries',
        )
      })
      .finally(() => underWay.delete(exchanged))
    underWay.add(exchanged)
  }

  // Until the store is read, a job is as old as this process: an alert on its age works even when
  // the store never answers.
  for (const job of jobs) update(job, { job, registeredAt: clock.now() })

  return {
    async load() {
      try {
        await exchange()
      } catch (error) {
        for (const job of jobs) metrics.heartbeatFailures.with({ job }).inc()
        throw error
      }
    },
    started(job) {
      update(job, { ...registered(job), lastRunAt: clock.now() })
      unsaved.add(job)
    },
    ended(job, succeeded) {
      if (succeeded) update(job, { ...registered(job), lastSuccessAt: clock.now() })
      unsaved.add(job)
      exchangeFor(job)
    },
    refresh: exchangeFor,
    async flush() {
      const [job] = unsaved
      if (job !== undefined && underWay.size === 0) exchangeFor(job)
      await Promise.all(underWay)
    },
  }
}
