import { catalogue } from '@verifluence/api/catalogue'
import { isMissed, LOOK_EVERY_SECONDS } from '@verifluence/api/catch-up'
import { type Job, type JobName, jobNames, jobs } from '@verifluence/api/jobs'
import type { Random } from '@verifluence/testkit'
import { staleAlert } from '../../../components/jobs/alerts.ts'
import { DAY, HOUR, isWithin, MINUTE, type Span, TICK } from '../../month/time.ts'
import {
  answering,
  beginOf,
  counter,
  type Day,
  endOf,
  gauge,
  instant,
  isActing,
  type Pod,
  poisson,
  type Track,
} from '../day.ts'
import { limitOf, type Theme, type Truth, ticksOf, truthOf } from '../truth.ts'
import type { CauseOf, ServiceName } from '../weather.ts'
import { awaySpans, crashing, databaseGone } from './hidden.ts'

/** What each job asks of which service. */
const calls: Readonly<Partial<Record<JobName, readonly [ServiceName, string]>>> = {
  'viewer-poll': ['kick', 'channels'],
  'chat-export': ['s3', 'put_object'],
  'x-follower-poll': ['x', 'users_by'],
  'kick-token-refresh': ['kick_oauth', 'token_refresh'],
  'kick-subscriptions': ['kick', 'subscriptions_list'],
}

const CODES = ['200', '401', '429', '500', '503', 'timeout'] as const
type Code = (typeof CODES)[number]

interface Run {
  readonly job: JobName
  readonly at: number
  readonly ok: boolean
  readonly calls: Partial<Record<Code, number>>
}

/** A run takes a moment. */
const TAKES = 5

/** Seconds of the day, or of the hour, at which a job is planned. */
function offsetOf({ cron }: Job): number {
  const [minute = '', hour = ''] = cron.split(' ')
  if (minute === '*') return 0
  return Number(minute) * MINUTE + (hour === '*' ? 0 : Number(hour) * HOUR)
}

/** The moments of a day at which a job is planned, or at which a worker looks whether a run was missed. */
function moments(day: Day, job: Job): { at: number; planned: boolean }[] {
  const first = -day.clock(0) + offsetOf(job) - Math.ceil(job.intervalSeconds / DAY) * 2 * DAY
  const found: { at: number; planned: boolean }[] = []
  for (let at = first; at < day.lasts; at += job.intervalSeconds) {
    if (at > -2 * job.intervalSeconds) found.push({ at, planned: true })
  }
  if (job.intervalSeconds > HOUR) {
    for (let at = 130; at < day.lasts; at += LOOK_EVERY_SECONDS) found.push({ at, planned: false })
  }
  return found.sort((one, other) => one.at - other.at)
}

/** What a service answers to one attempt of a run with its retries. */
function answers(
  day: Day,
  service: ServiceName,
  at: number,
  random: Random,
): { ok: boolean; calls: Partial<Record<Code, number>> } {
  const broken = day
    .causes('service fails')
    .find((one) => one.service === service && isActing(one, at))
  if (broken?.answer === '401') return { ok: false, calls: { 401: 1 } }
  if (broken) return { ok: false, calls: { [broken.answer]: 4 } }
  if (service === 'kick' && isWithin(at, day.transientFailures))
    return { ok: false, calls: { 503: 4 } }
  // One failure that a retry repairs, and a token that died early.
  if (random.chance(0.01)) return { ok: true, calls: { 500: 1, 200: 1 } }
  if (random.chance(0.0003)) return { ok: true, calls: { 401: 1, 200: 1 } }
  return { ok: true, calls: { 200: 1 } }
}

function runsOf(day: Day, name: JobName): Run[] {
  const job: Job = jobs[name]
  const random = day.random(`runs of ${name}`)
  const runs: Run[] = []
  let lastRunAt = -2 * DAY
  let lastSuccessAt = -2 * DAY
  for (const { at, planned } of moments(day, job)) {
    if (!planned && !isMissed(job, { registeredAt: -30 * DAY, lastSuccessAt, lastRunAt }, at))
      continue
    const tick = Math.max(0, Math.floor(at / TICK))
    if (at >= 0 && workersAt(day, tick).length === 0) continue
    lastRunAt = at
    const asked = calls[name]
    const isCut = isActing1(day, 'database gone', at)
    const hasBug = day.causes('job fails').some((one) => one.job === name && isActing(one, at))
    // A run that never reaches the service has called no one.
    const service = asked && !isCut && !hasBug ? answers(day, asked[0], at, random) : undefined
    const ok = !isCut && !hasBug && (service?.ok ?? true)
    if (ok) lastSuccessAt = at + TAKES
    runs.push({ job: name, at, ok, calls: service?.calls ?? {} })
  }
  return runs
}

const isActing1 = (day: Day, kind: 'database gone', at: number) =>
  day.acting(kind, at) !== undefined

/** Workers whose container runs, whether or not a scrape reached them at this tick. */
function workersAt(day: Day, tick: number): readonly Pod[] {
  for (const near of [tick, tick - 1, tick + 1]) {
    const pods = answering(day, 'worker', near)
    if (pods.length > 0) return pods
  }
  return []
}

/** Jobs, the services they call, and the mails that the api sends. */
export const work: Theme = (day) => {
  const runs = Object.fromEntries(jobNames.map((name) => [name, runsOf(day, name)])) as Record<
    JobName,
    Run[]
  >
  const byTick = new Map<number, Run[]>()
  for (const run of Object.values(runs).flat()) {
    // What happened between two scrapes is seen by the later one.
    const tick = Math.ceil((run.at + TAKES) / TICK)
    byTick.set(tick, [...(byTick.get(tick) ?? []), run])
  }
  const mails = mailsOf(day)
  return {
    tracks: [
      ...day.pods.worker.flatMap((pod) => [
        ...jobNames.flatMap((name) => heartbeats(day, pod, name, runs[name])),
        ...callsOf(day, pod, byTick),
        ...pollRuns(day, pod, byTick),
      ]),
      ...day.pods.api.flatMap((pod) =>
        CODES.map((status_code) =>
          counter(
            day,
            pod,
            catalogue.externalHttp.name,
            { target: 'resend', operation: 'send_email', status_code },
            (_, tick) => (mailer(day, tick) === pod ? (mails.get(tick)?.[status_code] ?? 0) : 0),
          ),
        ),
      ),
    ],
    truths: [
      ...day.causes('job fails').map((cause) => jobFails(day, cause, runs[cause.job])),
      ...day.causes('service fails').map((cause) => serviceFails(day, cause, runs, mails)),
    ],
  }
}

const mailer = (day: Day, tick: number) => answering(day, 'api', tick)[0]

/** Sign-in mails: few, and by chance. */
function mailsOf(day: Day): Map<number, Partial<Record<Code, number>>> {
  const random = day.random('mails')
  const mails = new Map<number, Partial<Record<Code, number>>>()
  for (let tick = 0; tick < day.ticks; tick += 1) {
    const sent = poisson(Math.min(1, day.requests(tick * TICK) / 300), random)
    if (sent === 0 || day.acting('database gone', tick * TICK)) continue
    const broken = day
      .causes('service fails')
      .find((one) => one.service === 'resend' && isActing(one, tick * TICK))
    mails.set(tick, { [broken?.answer ?? '200']: sent })
  }
  return mails
}

function heartbeats(day: Day, pod: Pod, job: JobName, runs: readonly Run[]): Track[] {
  const ends = runs.filter(({ ok }) => ok).map(({ at }) => at + TAKES)
  let index = -1
  let moment = Number.NEGATIVE_INFINITY
  return [
    gauge(day, pod, catalogue.pollRegistered.name, { job }, () => instant(-30 * DAY)),
    gauge(day, pod, catalogue.pollLastSuccess.name, { job }, (second) => {
      if (second < moment) index = -1
      moment = second
      while ((ends[index + 1] ?? Number.POSITIVE_INFINITY) <= second) index += 1
      const end = ends[index]
      return end === undefined ? undefined : instant(end, day.skew('worker', end))
    }),
  ]
}

function callsOf(day: Day, pod: Pod, byTick: ReadonlyMap<number, readonly Run[]>): Track[] {
  return Object.entries(calls).flatMap(([job, [target, operation]]) =>
    CODES.map((status_code) =>
      counter(
        day,
        pod,
        catalogue.externalHttp.name,
        { target, operation, status_code },
        (_, tick) =>
          runnerAt(day, tick) === pod
            ? (byTick.get(tick) ?? [])
                .filter((run) => run.job === job)
                .reduce((sum, run) => sum + (run.calls[status_code] ?? 0), 0)
            : 0,
      ),
    ),
  )
}

/** The replica that takes the lock at a tick. */
function runnerAt(day: Day, tick: number): Pod | undefined {
  const pods = answering(day, 'worker', tick)
  return pods[Math.floor(tick / 2) % Math.max(1, pods.length)]
}

function pollRuns(day: Day, pod: Pod, byTick: ReadonlyMap<number, readonly Run[]>): Track[] {
  let seen = 0
  return [
    ...jobNames.flatMap((job) =>
      (['ok', 'error'] as const).map((result) =>
        counter(day, pod, catalogue.pollRuns.name, { job, result }, (_, tick) =>
          runnerAt(day, tick) === pod
            ? (byTick.get(tick) ?? []).filter(
                (run) => run.job === job && run.ok === (result === 'ok'),
              ).length
            : 0,
        ),
      ),
    ),
    ...jobNames.map((job) =>
      counter(day, pod, catalogue.pollItems.name, { job }, (_, tick) =>
        runnerAt(day, tick) === pod
          ? 20 * (byTick.get(tick) ?? []).filter((run) => run.job === job && run.ok).length
          : 0,
      ),
    ),
    gauge(day, pod, catalogue.liveStreams.name, {}, (second, tick) => {
      const hasRun = (byTick.get(tick) ?? []).some((run) => run.job === 'viewer-poll' && run.ok)
      if (hasRun && runnerAt(day, tick) === pod) seen = day.live(second)
      return seen
    }),
  ]
}

/** What hides a worker's jobs. */
const hiddenFromJobs = (day: Day): Span[] => [
  ...awaySpans(day, 'worker'),
  ...crashing(day, 'worker'),
  ...databaseGone(day),
]

function jobFails(day: Day, cause: CauseOf<'job fails'>, runs: readonly Run[]): Truth {
  const { staleAfterSeconds, intervalSeconds } = jobs[cause.job]
  const failed = runs.filter(({ at, ok }) => !ok && at >= beginOf(cause) && at < endOf(cause))
  const [first] = failed
  const before = runs.findLast(({ ok, at }) => ok && at < (first?.at ?? 0))
  // The limit counts from the last success, which lies before the first failed run.
  const since = (before?.at ?? 0) + TAKES + staleAfterSeconds
  return truthOf(day, cause, {
    alerts: [staleAlert(cause.job)],
    evidence:
      failed.length === 0 ? [] : [Math.max(beginOf(cause), since), ...failed.map(({ at }) => at)],
    within: limitOfStaleness,
    isClear: first !== undefined,
    memory: Math.max(15 * MINUTE, intervalSeconds * 1.2),
    // It is over with the next success.
    aftermath: intervalSeconds + 20 * MINUTE,
    hidden: hiddenFromJobs(day),
    consequences: ['WebhooksSilent'],
  })
}

/** The failure list says it in words: the threshold of the job and three minutes. */
const limitOfStaleness = 3 * MINUTE

/** The job that fails first that a service fails. */
const jobOf = (service: ServiceName): JobName[] =>
  jobNames.filter((name) => calls[name]?.[0] === service)

const isCriticalJob = (alert: string) =>
  jobNames.some((name) => staleAlert(name) === alert && jobs[name].severity === 'critical')

/** Calls of a service that show more than once an hour. */
const OFTEN = ['kick', 'resend']

function serviceFails(
  day: Day,
  cause: CauseOf<'service fails'>,
  runs: Readonly<Record<JobName, readonly Run[]>>,
  mails: ReadonlyMap<number, Partial<Record<Code, number>>>,
): Truth {
  const { service, answer } = cause
  const isRefused = answer === '401'
  const acted = ({ at }: { at: number }) => isActing(cause, at)
  const evidence =
    service === 'resend'
      ? ticksOf(day, cause, (second, tick) => isActing(cause, second) && mails.has(tick))
      : jobOf(service)
          .flatMap((job) => runs[job])
          .filter((run) => acted(run) && Object.keys(run.calls).length > 0)
          .map(({ at }) => at)
          .sort((one, other) => one - other)
  const stale = jobOf(service).map(staleAlert)
  return truthOf(day, cause, {
    alerts: [isRefused ? 'ExternalUnauthorized' : 'ExternalFailing'],
    labels: { target: service },
    evidence,
    // A rare caller is known to fail when it has failed three times; an hourly one with its retries, twice.
    after: service === 'kick' ? 1 : service === 'resend' ? 3 : isRefused ? 1 : 2,
    within: limitOf(isRefused ? 'F9' : 'F10'),
    memory: OFTEN.includes(service) ? 20 * MINUTE : 70 * MINUTE,
    aftermath: OFTEN.includes(service) ? 15 * MINUTE : 80 * MINUTE,
    consequences: [...stale, 'WebhooksSilent'],
    exceptions: isRefused
      ? {}
      : Object.fromEntries(
          stale
            .filter((name) => isCriticalJob(name))
            .map((name) => [
              name,
              'ExternalFailing is a warning; that a critical job stands still must still page the on-call.',
            ]),
        ),
    hidden:
      service === 'resend'
        ? [...awaySpans(day, 'api'), ...crashing(day, 'api')]
        : hiddenFromJobs(day),
  })
}
