import type { Clock } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { Log } from '../log.ts'
import { type Heartbeat, type HeartbeatStore, mergeHeartbeats } from './heartbeat.ts'
import type { PollMetrics } from './metrics.ts'

/** What this process knows of its jobs, kept in step with the store and with the gauges. */
export interface Heartbeats<Job extends string> {
  /** Learns what the store knows. @throws Error when the store cannot be read. */
  load(): Promise<void>
  started(job: Job): void
  /** Notes a success, if it was one, and tells the store without making anybody wait. */
  ended(job: Job, succeeded: boolean): void
  /** Asks the store what other processes told it, without making anybody wait. */
  refresh(job: Job): void
  /** Tells the store once more what it has not confirmed. Never throws. */
  flush(): Promise<void>
}

/** A store that is silent for longer has failed. */
const STORE_WITHIN_SECONDS = 10

export function createHeartbeats<Job extends string>(
  jobs: readonly Job[],
  metrics: Pick<PollMetrics<Job>, 'heartbeatFailures' | 'lastRun' | 'lastSuccess' | 'registered'>,
  { store, clock, log }: { store: HeartbeatStore; clock: Clock; log: Log },
): Heartbeats<Job> {
  const known = new Map<Job, Heartbeat>()
  /** Jobs with news that the store has not confirmed; a failed write leaves them in. */
  const unsaved = new Set<Job>(jobs)
  const underWay = new Set<Promise<void>>()

  /** Of each job the success that the store has from a clock ahead of ours, and when we read it. */
  const ahead = new Map<Job, { readonly instant: number; readonly readAt: number }>()

  /**
   * News from the store. A success still to come counts as of when this process first read it, also
   * once its instant has passed: taken at its word it would let nothing look stale until then.
   */
  function learnStored(beat: Heartbeat) {
    const job = beat.job as Job
    if (!known.has(job)) return
    const { lastSuccessAt: instant } = beat
    if (instant === undefined) return learn(job, beat)
    const before = ahead.get(job)
    if (before?.instant === instant) return learn(job, { ...beat, lastSuccessAt: before.readAt })
    const readAt = clock.now()
    if (instant <= readAt) return learn(job, beat)
    ahead.set(job, { instant, readAt })
    return learn(job, { ...beat, lastSuccessAt: readAt })
  }

  function learn(job: Job, news: Heartbeat) {
    const before = known.get(job)
    const beat = before ? mergeHeartbeats(before, news) : news
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
      for (const beat of stored) learnStored(beat)
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
  for (const job of jobs) learn(job, { job, registeredAt: clock.now() })

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
      learn(job, { ...registered(job), lastRunAt: clock.now() })
      unsaved.add(job)
    },
    ended(job, succeeded) {
      if (succeeded) learn(job, { ...registered(job), lastSuccessAt: clock.now() })
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
