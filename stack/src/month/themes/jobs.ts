import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts/names'
import type { Life } from '../life/life.ts'
import { presenceOf } from '../life/pods.ts'
import type { MonthFailure, Theme } from '../theme.ts'
import { HOUR, isWithin, MINUTE, MONTH } from '../time.ts'
import { gauge, type Track } from '../track.ts'

const all = Object.entries<Job>(jobs)

/** The second of the day, or of the hour, at which a job runs; viewer-poll runs every minute. */
function offsetOf({ cron }: Job): number {
  const [minute = '', hour = ''] = cron.split(' ')
  if (minute === '*') return 0
  return Number(minute) * MINUTE + (hour === '*' ? 0 : Number(hour) * HOUR)
}

/** A run takes a moment. */
const TAKES = 8

const throws = (job: string) => `${job} throws`
const neverWorks = (job: string) => `${job} never works`

/** When the runs of a job ended well. */
function successes(
  life: Life,
  [name, job]: readonly [string, Job],
  chance: Life['random'],
): number[] {
  const runs = Array.from(
    { length: Math.floor(MONTH / job.intervalSeconds) },
    (_, index) => index * job.intervalSeconds + offsetOf(job),
  )
  let failedBefore = false
  return runs
    .filter((at) => {
      // Now and then one run fails, and the next one makes up for it.
      const isUnlucky = !failedBefore && job.intervalSeconds === HOUR && chance.chance(0.02)
      const meetsHiccup = name === 'viewer-poll' && isWithin(at, life.hiccups)
      failedBefore = isUnlucky
      return (
        !isUnlucky &&
        !meetsHiccup &&
        !life.fails(throws(name), at) &&
        !life.fails(neverWorks(name), at)
      )
    })
    .map((at) => at + TAKES)
}

/** The last of ascending instants that is not after `second`. */
function lastOf(instants: readonly number[]) {
  let index = -1
  return (second: number): number | undefined => {
    while ((instants[index + 1] ?? Number.POSITIVE_INFINITY) <= second) index += 1
    return instants[index]
  }
}

/** Days of work before the month: every job has succeeded and was registered then. */
const BEFORE = 1

function heartbeats(life: Life): Track[] {
  const beats = all.map((entry) => [entry, successes(life, entry, life.random.fork())] as const)
  return life.worker.flatMap((pod) => [
    ...presenceOf(pod),
    ...beats.flatMap(([[job], instants]) => {
      const last = lastOf(instants)
      const freshSince = (second: number) => life.failsSince(neverWorks(job), second)
      return [
        gauge(
          pod,
          catalogue.pollRegistered.name,
          { job },
          (second) => freshSince(second) ?? BEFORE,
        ),
        gauge(pod, catalogue.pollLastSuccess.name, { job }, (second) => {
          const success = last(second) ?? BEFORE
          return freshSince(second) === undefined ? success : undefined
        }),
      ]
    }),
  ])
}

const limit = ({ staleAfterSeconds }: Job) => staleAfterSeconds + 3 * MINUTE

/** The limit of a job counts from its last success. */
const lastRunBefore = (job: Job) => (second: number) => {
  const offset = offsetOf(job)
  const runs = Math.floor((second - offset) / job.intervalSeconds)
  return Math.max(BEFORE, runs * job.intervalSeconds + offset + TAKES)
}

const failures = all.flatMap(([name, job]): MonthFailure[] => {
  const common = { alert: staleAlert(name), within: limit(job), lane: name }
  return [
    {
      ...common,
      name: throws(name),
      failure: 'F1, F2, F3',
      lasts: limit(job) + 2 * MINUTE,
      since: lastRunBefore(job),
    },
    {
      ...common,
      name: neverWorks(name),
      failure: 'F4',
      lasts: limit(job) + 2 * MINUTE,
    },
  ]
})

/** The pollers. */
export const jobsTheme: Theme = {
  name: 'jobs',
  alerts: all.map(([name]) => staleAlert(name)),
  tracks: heartbeats,
  failures,
}
