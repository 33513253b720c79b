import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { limits as waitingLimits } from '../../../components/domain/alerts.ts'
import { burns, burnThreshold } from '../../../components/http/alerts.ts'
import { seconds } from '../../../promql/time.ts'
import { HOUR, MINUTE, type Span, TICK } from '../../month/time.ts'
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
import type { CauseOf } from '../weather.ts'
import { awaySpans, crashing, databaseGone } from './hidden.ts'
import { poissonShare, shareOf } from './webhooks.ts'

const ROUTE = { method: 'GET', route: '/api/offers' }
const WEBHOOK = { method: 'POST', route: '/wh/kick' }

/** Requests of one tick over all replicas. */
interface Requests {
  readonly all: number
  readonly failed: number
  readonly slow: number
}

function requestsOf(day: Day): Requests[] {
  const random = day.random('requests')
  const { errors } = day.weather.noise
  let carried = 0
  return Array.from({ length: day.ticks }, (_, tick) => {
    const second = tick * TICK
    const all = poisson(day.requests(second), random)
    if (day.acting('database gone', second)) return { all, failed: all, slow: 0 }
    const cause = day
      .causes('requests fail')
      .find((one) => one.surface === 'api' && isActing(one, second))
    const share = cause ? shareOf(cause, second) : 0
    let failed = poissonShare(all, errors, random)
    if (cause?.evenly || share === 1) {
      carried += all * share
      failed += Math.floor(carried)
      carried -= Math.floor(carried)
    } else failed += poissonShare(all, share, random)
    const slow = day.acting('requests slow', second)
    return {
      all,
      failed: Math.min(all, failed),
      slow: poissonShare(all, slow ? slow.share : errors, random),
    }
  })
}

/** Each replica takes its share of every tick. */
function shareAt(day: Day, pod: Pod, tick: number, count: number): number {
  const pods = answering(day, 'api', tick)
  const index = pods.indexOf(pod)
  if (index < 0) return 0
  const base = Math.floor(count / pods.length)
  return base + ((index + tick) % pods.length < count % pods.length ? 1 : 0)
}

const SLOW_SECONDS = 2

function httpTracks(day: Day, requests: readonly Requests[]): Track[] {
  return day.pods.api.flatMap((pod) => {
    const take = (count: (one: Requests) => number) => (_: number, tick: number) =>
      shareAt(day, pod, tick, count(requests[tick] ?? { all: 0, failed: 0, slow: 0 }))
    const failing = take(({ failed }) => failed)
    return [
      counter(
        day,
        pod,
        catalogue.httpRequests.name,
        { ...ROUTE, status_code: '200' },
        take(({ all, failed }) => all - failed),
      ),
      counter(day, pod, catalogue.httpRequests.name, { ...ROUTE, status_code: '500' }, failing),
      counter(day, pod, catalogue.httpRequests.name, { ...ROUTE, status_code: '503' }, () => 0),
      counter(day, pod, catalogue.httpRequests.name, { ...ROUTE, status_code: '499' }, (_, tick) =>
        Number(tick % 13 === 0 && (requests[tick]?.all ?? 0) > 0),
      ),
      ...[...catalogue.httpRequestDuration.buckets, Number.POSITIVE_INFINITY].map((edge) =>
        counter(
          day,
          pod,
          `${catalogue.httpRequestDuration.name}_bucket`,
          {
            ...ROUTE,
            status_code: '200',
            le: edge === Number.POSITIVE_INFINITY ? '+Inf' : String(edge),
          },
          take(({ all, slow }) =>
            edge >= SLOW_SECONDS ? all : edge >= 0.05 ? all - Math.min(all, slow) : 0,
          ),
        ),
      ),
    ]
  })
}

/** Webhooks count as requests of their own surface. */
function webhookRequests(day: Day): Track[] {
  const random = day.random('webhook requests')
  const failed: number[] = []
  const all = Array.from({ length: day.ticks }, (_, tick) => {
    const second = tick * TICK
    const count = day.acting('deliveries stop', second)
      ? 0
      : poisson((day.live(second) * 3 * TICK) / MINUTE, random)
    const cause = day
      .causes('requests fail')
      .find((one) => one.surface === 'webhooks' && isActing(one, second))
    const share = day.acting('database gone', second) ? 1 : cause ? shareOf(cause, second) : 0
    failed.push(share === 1 ? count : poissonShare(count, share, random))
    return count
  })
  return day.pods.api.flatMap((pod) => [
    counter(day, pod, catalogue.httpRequests.name, { ...WEBHOOK, status_code: '200' }, (_, tick) =>
      shareAt(day, pod, tick, (all[tick] ?? 0) - (failed[tick] ?? 0)),
    ),
    counter(day, pod, catalogue.httpRequests.name, { ...WEBHOOK, status_code: '500' }, (_, tick) =>
      shareAt(day, pod, tick, failed[tick] ?? 0),
    ),
  ])
}

/** What the api reads of the database every half minute. */
function domainTracks(day: Day): Track[] {
  return day.pods.api.flatMap((pod) => {
    const read = new Map<string, number>()
    const isCut = (second: number) => day.acting('database gone', second) !== undefined
    const oldest =
      (kind: 'offers wait' | 'submissions wait', limit: number, usual: number) =>
      (second: number) => {
        const began = day
          .causes(kind)
          .filter((one) => second >= beginOf(one) && second < endOf(one))
          .map(beginOf)
        return instant(began.length > 0 ? Math.min(...began) - limit : second - usual)
      }
    return [
      ...DOMAIN_TABLES.flatMap((table) => [
        ...(['ok', 'timeout'] as const).map((result) =>
          counter(day, pod, catalogue.domainRefresh.name, { table, result }, (second) =>
            Number(isCut(second) === (result === 'timeout')),
          ),
        ),
        gauge(day, pod, catalogue.domainLastRefresh.name, { table }, (second) => {
          const isStuck =
            pod === day.pods.api[0] && day.acting('replica stuck', second) !== undefined
          if (!isCut(second) && !isStuck)
            read.set(table, instant(second - 12, day.skew('api', second)))
          return read.get(table)
        }),
      ]),
      gauge(
        day,
        pod,
        catalogue.domainOldestPending.name,
        { table: 'offers' },
        oldest('offers wait', waitingLimits.waiting.offers, 20 * HOUR),
      ),
      gauge(
        day,
        pod,
        catalogue.domainOldestPending.name,
        { table: 'session_submissions' },
        oldest('submissions wait', waitingLimits.waiting.session_submissions, 5 * HOUR),
      ),
    ]
  })
}

/** Everything that a database which does not answer makes fail. */
const DATABASE_CONSEQUENCES = [
  'MetricsCollectorFailing',
  'RequestMetricsAbsent',
  'ApiSlow',
  'WebhookAckSlow',
  'ApiErrorBudgetBurn',
  'WebhookRejected',
  'WebhookBacklog',
  'WebhookProcessingFailing',
  'WebhooksSilent',
  'ExternalFailing',
  'ViewerPollStale',
  'ChatExportStale',
  'XFollowerPollStale',
  'KickTokenRefreshStale',
  'StaleSessionCleanupStale',
  'TrustScoreRefreshStale',
  'KickSubscriptionsStale',
  'DailyMaintenanceStale',
]

/** The API as people use it, and the database behind it. */
/** What is not exported while its collector fails. */
function vanishing(day: Day, tracks: readonly Track[]): readonly Track[] {
  for (const { values } of tracks) {
    for (let tick = 0; tick < day.ticks; tick += 1) {
      if (day.acting('counters vanish', tick * TICK)) values[tick] = Number.NaN
    }
  }
  return tracks
}

export const api: Theme = (day) => {
  const requests = requestsOf(day)
  const hidden = [...awaySpans(day, 'api'), ...crashing(day, 'api')]
  return {
    tracks: [
      ...vanishing(day, [...httpTracks(day, requests), ...webhookRequests(day)]),
      ...domainTracks(day),
    ],
    truths: [
      ...day.causes('requests fail').map((cause) => requestsFail(day, cause, requests, hidden)),
      ...day.causes('requests slow').map((cause) =>
        truthOf(day, cause, {
          alerts: ['ApiSlow'],
          evidence: ticksOf(
            day,
            cause,
            (second, tick) => isActing(cause, second) && (requests[tick]?.slow ?? 0) > 0,
          ),
          after: 6,
          within: limitOf('F17'),
          isClear: cause.share >= 0.3,
          hidden: [...hidden, ...databaseGone(day)],
        }),
      ),
      ...day.causes('database gone').map((cause) =>
        truthOf(day, cause, {
          alerts: ['DomainGaugesStale'],
          evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
          within: limitOf('F18'),
          consequences: DATABASE_CONSEQUENCES,
          // Jobs run by the clock: the last one may need its interval until it has succeeded again.
          aftermath: 30 * MINUTE,
          hidden,
        }),
      ),
      ...day.causes('counters vanish').map((cause) =>
        truthOf(day, cause, {
          alerts: ['RequestMetricsAbsent'],
          evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
          within: 15 * MINUTE,
          hidden,
        }),
      ),
      ...day.causes('replica stuck').map((cause) =>
        truthOf(day, cause, {
          alerts: ['DomainGaugesStale'],
          evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
          within: limitOf('F18'),
          // While another replica reads the tables, no one is misled.
          isClear: false,
          memory: 0,
          hidden,
        }),
      ),
      ...(['offers wait', 'submissions wait'] as const).flatMap((kind) =>
        day.causes(kind).map((cause) =>
          truthOf(
            day,
            { ...cause, off: 0 },
            {
              alerts: [kind === 'offers wait' ? 'OfferWaiting' : 'SubmissionWaiting'],
              evidence: ticksOf(day, cause, () => true),
              within: limitOf('F21'),
              hidden: [...hidden, ...databaseGone(day)],
            },
          ),
        ),
      ),
    ],
  }
}

/** A burn that shows this much more than its rule asks for is clear. */
const CLEAR = 1.3

function requestsFail(
  day: Day,
  cause: CauseOf<'requests fail'>,
  requests: readonly Requests[],
  hidden: readonly Span[],
): Truth {
  const isApi = cause.surface === 'api'
  const evidence = isApi
    ? ticksOf(
        day,
        cause,
        (second, tick) => isActing(cause, second) && (requests[tick]?.failed ?? 0) > 0,
      )
    : ticksOf(day, cause, (second) => isActing(cause, second) && day.live(second) > 0)
  const known = isApi && cause.off === 0 ? burnIsClear(day, cause, requests) : undefined
  const due =
    known === undefined ? undefined : Math.max(known + 4 * MINUTE, beginOf(cause) + limitOf('F16'))
  const truth = truthOf(day, cause, {
    alerts: ['ApiErrorBudgetBurn'],
    labels: { surface: cause.surface },
    evidence,
    within: 0,
    isClear: false,
    memory: 20 * MINUTE,
    aftermath: 40 * MINUTE,
    consequences: isApi ? [] : ['WebhookRejected', 'WebhooksSilent'],
  })
  const masks = [...hidden, ...databaseGone(day), ...day.gaps]
  const isMasked =
    due !== undefined && masks.some(([from, until]) => from < due && until > truth.from - HOUR)
  return due === undefined || isMasked || due > truth.until ? truth : { ...truth, due }
}

/** When any of the published burn rates is exceeded clearly, over its long and its short window. */
function burnIsClear(day: Day, cause: CauseOf<'requests fail'>, requests: readonly Requests[]) {
  const sums = { all: [0], failed: [0] }
  for (const { all, failed } of requests) {
    sums.all.push((sums.all.at(-1) ?? 0) + all)
    sums.failed.push((sums.failed.at(-1) ?? 0) + failed)
  }
  const within = (list: readonly number[], tick: number, window: number) =>
    (list[tick + 1] ?? 0) - (list[Math.max(0, tick + 1 - window / TICK)] ?? 0)
  const ratio = (tick: number, window: number) =>
    within(sums.failed, tick, window) / within(sums.all, tick, window)
  for (
    let tick = Math.ceil(beginOf(cause) / TICK);
    tick < endOf(cause) / TICK && tick < day.ticks;
    tick += 1
  ) {
    for (const { long, short, factor, atLeast } of burns) {
      const threshold = burnThreshold(factor) * CLEAR
      const window = seconds(long)
      if (
        tick * TICK > window / 2 &&
        ratio(tick, window) > threshold &&
        ratio(tick, seconds(short)) > threshold &&
        within(sums.failed, tick, window) >= atLeast * CLEAR + 2
      )
        return tick * TICK
    }
  }
  return undefined
}
