import { catalogue } from '@verifluence/api/catalogue'
import { isMissed, LOOK_EVERY_SECONDS } from '@verifluence/api/catch-up'
import { type Job, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '../../../components/index.ts'
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

/** The workers look at no particular second. */
const LOOK_PHASE = 130

/** Days of work before the month: every job has succeeded and was registered then. */
const BEFORE = 1

const throws = (job: string) => `${job} throws`
const neverWorks = (job: string) => `${job} never works`

/** When a job may be called: at its times, and whenever a worker looks whether it is overdue. */
function moments(job: Job) {
  const planned = Array.from({ length: Math.floor(MONTH / job.intervalSeconds) }, (_, index) => ({
    at: index * job.intervalSeconds + offsetOf(job),
    isPlanned: true,
  }))
  const looks = Array.from({ length: Math.floor(MONTH / LOOK_EVERY_SECONDS) }, (_, index) => ({
    at: index * LOOK_EVERY_SECONDS + LOOK_PHASE,
    isPlanned: false,
  }))
  return [...planned, ...looks].sort((one, other) => one.at - other.at)
}

/** When the runs of a job ended well. */
function successes(
  life: Life,
  [name, job]: readonly [string, Job],
  chance: Life['random'],
): number[] {
  const leaves = life.worker.flatMap((pod) => pod.leaves)
  let failedBefore = false
  const works = (at: number): boolean => {
    // Now and then one run fails, and the next one makes up for it.
    const isUnlucky = !failedBefore && job.intervalSeconds === HOUR && chance.chance(0.02)
    const meetsOutage = name === 'viewer-poll' && isWithin(at, life.outages)
    // The pod that leaves is the one that holds the lock, which is the worst there is.
    const isCutOff = leaves.some((left) => left >= at && left < at + TAKES)
    failedBefore = isUnlucky
    return (
      !isUnlucky &&
      !meetsOutage &&
      !isCutOff &&
      !life.fails(throws(name), at) &&
      !life.fails(neverWorks(name), at)
    )
  }
  const ended: number[] = []
  let lastRunAt = BEFORE
  for (const { at, isPlanned } of moments(job)) {
    const beat = { registeredAt: BEFORE, lastSuccessAt: ended.at(-1) ?? BEFORE, lastRunAt }
    if (!isPlanned && !isMissed(job, beat, at)) continue
    lastRunAt = at
    if (works(at)) ended.push(at + TAKES)
  }
  return ended
}

/** The last of ascending instants that is not after `second`. */
function lastOf(instants: readonly number[]) {
  let index = -1
  return (second: number): number | undefined => {
    while ((instants[index + 1] ?? Number.POSITIVE_INFINITY) <= second) index += 1
    return instants[index]
  }
}

/** Drawn once a life: its chance does not repeat itself. */
const drawn = new WeakMap<Life, ReadonlyMap<string, readonly number[]>>()

/** When the runs of each job ended well. */
function allSuccesses(life: Life): ReadonlyMap<string, readonly number[]> {
  const known =
    drawn.get(life) ??
    new Map(all.map((entry) => [entry[0], successes(life, entry, life.random.fork())]))
  drawn.set(life, known)
  return known
}

function heartbeats(life: Life): Track[] {
  const beats = [...allSuccesses(life)]
  return life.worker.flatMap((pod) => [
    ...presenceOf(pod),
    ...beats.flatMap(([job, instants]) => {
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
const lastSuccessOf = (name: string) => (second: number, life: Life) =>
  // A run that began before still ends well.
  lastOf(allSuccesses(life).get(name) ?? [])(second + TAKES) ?? BEFORE

const failures = all.flatMap(([name, job]): MonthFailure[] => {
  const common = { alert: staleAlert(name), within: limit(job), lane: name }
  return [
    {
      ...common,
      name: throws(name),
      failure: 'F1, F2, F3',
      lasts: limit(job) + 2 * MINUTE,
      since: lastSuccessOf(name),
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
