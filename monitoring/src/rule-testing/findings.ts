import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { errorRate, errorRatio, requestRate } from '../components/http/recording-rules.ts'
import { healthyApi, healthyWorker } from './healthy.ts'
import {
  API,
  counting,
  during,
  exported,
  HOUR,
  type Process,
  presence,
  type Span,
  WORKER,
} from './platform.ts'
import {
  type Battery,
  type Check,
  firing,
  type Reading,
  silent,
  type Timeline,
} from './scenario.ts'

const MINUTE = 60
const stage = { env: 'stage' }
const END = Number.POSITIVE_INFINITY

/** A number from 0 to 1 that is the same in every run and looks like chance (a hash after Mueller). */
const chance = (of: number) => {
  let hash = of + 1
  for (let round = 0; round < 2; round += 1) hash = Math.imul((hash >>> 16) ^ hash, 0x45d9f3b)
  return (((hash >>> 16) ^ hash) >>> 0) / 2 ** 32
}

/** Fires without an end at every five minutes of a stretch. */
const throughout = (
  from: number,
  until: number,
  alert: string,
  labels: Readonly<Record<string, string>> = stage,
  among?: Readonly<Record<string, string>>,
): Check[] =>
  Array.from({ length: Math.floor((until - from) / 300) }, (_, index) => ({
    ...firing(from + index * 300, alert, labels),
    ...(among ? { among } : {}),
  }))

const never = (from: number, until: number, alert: string): Check[] =>
  Array.from({ length: Math.floor((until - from) / 300) }, (_, index) =>
    silent(from + index * 300, alert),
  )

/** Lives for `life` seconds after each start; the kubelet waits longer before each, up to five minutes. */
const backingOff = (life: number, lasts: number): Span[] => {
  const runs: Span[] = [[0, HOUR]]
  for (let at = HOUR, wait = 10; at < lasts; wait = Math.min(300, wait * 2)) {
    runs.push([at + wait, at + wait + life])
    at += wait + life
  }
  return runs
}

const LIVES = [90, 150, 300, 480]
const lasts = 5 * HOUR

const crashLoops: Battery = {
  name: 'crash loops of any life',
  alerts: ['ApiDown', 'WorkerDown', 'ProcessRestarting'],
  scenarios: LIVES.flatMap((life) => [
    {
      title: `WorkerDown goes on while the only worker lives ${life} s between crashes`,
      lasts,
      timelines: presence({ kind: 'worker', runs: backingOff(life, lasts) }),
      checks: throughout(2 * HOUR, lasts, 'WorkerDown'),
    },
    {
      title: `ProcessRestarting fires while one of two replicas lives ${life} s between crashes`,
      lasts,
      timelines: [
        ...presence({ kind: 'api', pod: 'a' }),
        ...presence({ kind: 'api', pod: 'b', runs: backingOff(life, lasts) }),
      ],
      checks: throughout(2 * HOUR, lasts, 'ProcessRestarting', { ...stage, job: 'api-metrics' }),
    },
  ]),
}

const BURN = 'ApiErrorBudgetBurn'
const answered = (status_code: string, perScrape: (second: number) => number) =>
  counting(
    API,
    catalogue.httpRequests.name,
    { method: 'GET', route: '/api/offers', status_code },
    perScrape,
  )
/** A recorded series of the api: promtool need not record days of a request a minute. */
const recorded = (name: string, at: (second: number) => number): Timeline => ({
  name,
  labels: { ...stage, surface: 'api' },
  at,
})

/** One failure in fifty minutes at a request a minute: the last five minutes mostly hold none. */
const leaks = (second: number) => (second % 3_000 < 300 ? 1 : 0)
const HALF_A_DAY = 12 * HOUR

const slowLeaks: Battery = {
  name: 'a slow leak at a request a minute',
  alerts: [BURN],
  recordings: false,
  evaluateEvery: 60,
  scenarios: [
    {
      title: `${BURN} goes on for hours while one request in fifty fails, evenly`,
      lasts: 22 * HOUR,
      timelines: [
        recorded(requestRate('5m'), () => 1 / 60),
        recorded(errorRate('5m'), (at) => leaks(at) / 300),
        recorded(errorRatio('5m'), (at) => leaks(at) / 5),
        ...(['30m', '2h', '6h', '1d', '3d'] as const).map((window) =>
          recorded(errorRatio(window), () => 0.02),
        ),
      ],
      checks: throughout(HALF_A_DAY + 8 * HOUR, 22 * HOUR, BURN, stage, { window: '1d' }),
    },
  ],
}

const steps: Battery = {
  name: 'a burn that changes its rate',
  alerts: [BURN],
  scenarios: [
    {
      title: `${BURN} does not end when the share of failures halves`,
      lasts: 4 * HOUR,
      timelines: [
        ...presence(API),
        answered('200', (at) => (at < 2 * HOUR ? 90 : 95)),
        answered('503', (at) => (at < 2 * HOUR ? 10 : 5)),
      ],
      checks: throughout(HOUR, 4 * HOUR, BURN, stage, { window: '30m' }),
    },
    {
      title: `${BURN} over six hours does not end when the quicker burn begins`,
      lasts: 7 * HOUR,
      timelines: [
        ...presence(API),
        answered('200', (at) => (at < 5 * HOUR ? 95 : 50)),
        answered('503', (at) => (at < 5 * HOUR ? 5 : 50)),
      ],
      checks: throughout(4 * HOUR, 7 * HOUR, BURN, stage, { window: '6h' }),
    },
  ],
}

const call = (
  target: string,
  operation: string,
  status_code: string,
  perScrape: (second: number) => number,
  process = WORKER,
) => counting(process, catalogue.externalHttp.name, { target, operation, status_code }, perScrape)

const FAILING = 'ExternalFailing'
const hourly = (offset: number) => (second: number) => (second % HOUR === offset ? 1 : 0)
const UNAUTHORIZED = 'ExternalUnauthorized'

const rareCallers: Battery = {
  name: 'services that are called rarely',
  alerts: [FAILING, UNAUTHORIZED],
  scenarios: [
    {
      title: `${FAILING} fires when each of the few sign-in mails fails`,
      lasts: 10 * HOUR,
      timelines: [
        ...presence(API),
        call('resend', 'send_email', '200', () => 0, API),
        call(
          'resend',
          'send_email',
          '503',
          // Every seven to ten minutes.
          (at) => ([0, 420, 960, 1_530, 2_040].includes(at % 2_520) ? 1 : 0),
          API,
        ),
      ],
      checks: throughout(HOUR, 10 * HOUR, FAILING, { ...stage, target: 'resend' }),
    },
    ...(
      [
        ['x', 'users_by', 900],
        ['s3', 'put_object', 0],
      ] as const
    ).map(([target, operation, offset]) => ({
      title: `${FAILING} fires when two hourly runs to ${target} have failed, and ends with a success`,
      lasts: 10 * HOUR,
      timelines: [
        ...presence(WORKER),
        call(target, operation, '200', (at) =>
          during(2 * HOUR, 8 * HOUR)(at) ? 0 : hourly(offset)(at),
        ),
        call(target, operation, '503', (at) =>
          during(2 * HOUR, 8 * HOUR)(at) ? 3 * hourly(offset)(at) : 0,
        ),
      ],
      checks: [
        silent(2.9 * HOUR, FAILING),
        ...throughout(4.7 * HOUR, 8 * HOUR, FAILING, { ...stage, target }),
        silent(8 * HOUR + offset + 25 * MINUTE, FAILING),
      ],
    })),
    {
      title: `${UNAUTHORIZED} goes on from one retry of a daily job to the next, 65 minutes later`,
      lasts: 12 * HOUR,
      timelines: [
        ...presence(WORKER),
        call('kick', 'subscriptions_list', '200', () => 0),
        call('kick', 'subscriptions_list', '401', (at) => (at % (65 * MINUTE) === 0 ? 1 : 0)),
      ],
      checks: throughout(2 * HOUR, 12 * HOUR, UNAUTHORIZED, { ...stage, target: 'kick' }),
    },
    {
      title: `${UNAUTHORIZED} ends soon after the recovery, although a rare operation has not been tried again`,
      lasts: 4 * HOUR,
      timelines: [
        ...presence(WORKER),
        call('kick', 'channels', '200', (at) =>
          at % 60 === 0 && !during(HOUR, 2 * HOUR)(at) ? 1 : 0,
        ),
        call('kick', 'channels', '401', (at) =>
          at % 60 === 0 && during(HOUR, 2 * HOUR)(at) ? 1 : 0,
        ),
        call('kick', 'subscriptions_list', '200', () => 0),
        call('kick', 'subscriptions_list', '401', (at) => (at === 2 * HOUR - 300 ? 2 : 0)),
      ],
      checks: [
        firing(2 * HOUR - 60, UNAUTHORIZED, { ...stage, target: 'kick' }),
        ...never(2 * HOUR + 10 * MINUTE, 4 * HOUR, UNAUTHORIZED),
      ],
    },
  ],
}

const strays: Battery = {
  name: 'stray deliveries to a public address',
  alerts: ['WebhookRejected'],
  scenarios: [
    {
      title: 'WebhookRejected ignores five stray deliveries an hour of each kind, at random',
      lasts: 24 * HOUR,
      timelines: [
        ...presence(API),
        ...['invalid_signature', 'stale_timestamp', 'missing_headers'].map((result, index) =>
          counting(
            API,
            catalogue.webhookReceived.name,
            { source: 'kick', event_type: 'other', result },
            (at) => (chance(at * 3 + index) < 5 / 120 ? 1 : 0),
          ),
        ),
      ],
      quiet: true,
    },
  ],
}

const POLL = { job: 'viewer-poll' }
const polled = (process: Process, at: (second: number) => number) => [
  exported(process, catalogue.pollRegistered.name, POLL, () => 1),
  exported(process, catalogue.pollLastSuccess.name, POLL, at),
]
const STALE = 'ViewerPollStale'

const explained: Battery = {
  name: 'a cause and what it explains',
  alerts: ['WorkerDown', STALE, UNAUTHORIZED, 'ClockSkew'],
  scenarios: [
    {
      title: `${STALE} that fired before WorkerDown goes on, and its recovery is reported`,
      lasts: 3 * HOUR,
      timelines: ((): Timeline[] => {
        const worker: Process = {
          kind: 'worker',
          runs: [
            [0, HOUR],
            [2 * HOUR, END],
          ],
        }
        return [...presence(worker), ...polled(worker, (now) => (now < 2 * HOUR + 60 ? 600 : now))]
      })(),
      checks: [
        ...throughout(HOUR - 600, 2 * HOUR, STALE),
        ...throughout(HOUR + 300, 2 * HOUR, 'WorkerDown'),
        silent(2 * HOUR + 300, STALE),
        silent(2 * HOUR + 300, 'WorkerDown'),
      ],
    },
    {
      title: `${STALE} does not fire when the worker is gone, nor when it is back`,
      lasts: 3 * HOUR,
      timelines: ((): Timeline[] => {
        const worker: Process = {
          kind: 'worker',
          runs: [
            [0, HOUR],
            [2 * HOUR, END],
          ],
        }
        return [
          ...presence(worker),
          ...polled(worker, (now) => (now < 2 * HOUR + 90 ? Math.min(now, HOUR) : now)),
        ]
      })(),
      checks: never(0, 3 * HOUR, STALE),
    },
    {
      title: `${STALE} does not fire while Kick refuses the credentials: ${UNAUTHORIZED} says so`,
      lasts: 3 * HOUR,
      timelines: [
        ...presence(WORKER),
        call('kick', 'channels', '200', (at) => (at % 60 === 0 && at < HOUR ? 1 : 0)),
        call('kick', 'channels', '401', (at) => (at % 60 === 0 && at >= HOUR ? 1 : 0)),
        ...polled(WORKER, (now) => Math.min(now, HOUR)),
      ],
      checks: [
        ...throughout(HOUR + 600, 3 * HOUR, UNAUTHORIZED, { ...stage, target: 'kick' }),
        ...never(0, 3 * HOUR, STALE),
      ],
    },
    {
      title: `${STALE} is not said of a worker whose clock is eleven minutes slow`,
      lasts: 2 * HOUR,
      timelines: [
        ...presence(WORKER),
        exported(WORKER, catalogue.processClock.name, {}, (now) => (now < HOUR ? now : now - 660)),
        ...polled(WORKER, (now) => (now < HOUR ? now : now - 660)),
      ],
      checks: [
        ...throughout(HOUR + 300, 2 * HOUR, 'ClockSkew', { ...stage, service: 'worker' }),
        ...never(0, 2 * HOUR, STALE),
      ],
    },
  ],
}

/** From here on the database is frozen, for thirteen minutes. */
const FROZEN: Span = [HOUR, HOUR + 13 * MINUTE]
const isFrozen = during(...FROZEN)

/** What a healthy process exports, as it is while the database does not answer. */
const frozen = (timeline: Timeline): Timeline => {
  const { name, labels } = timeline
  const stands = (second: number) => timeline.at(isFrozen(second) ? FROZEN[0] : second)
  const vanishes = (second: number) => (isFrozen(second) ? undefined : timeline.at(second))
  if (/timestamp_seconds$/.test(name) && name !== catalogue.processClock.name)
    return { ...timeline, at: stands }
  if (['vf_webhook_backlog', 'vf_webhook_parked'].includes(name))
    return { ...timeline, at: vanishes }
  if (name === catalogue.httpRequests.name && labels.status_code === '200')
    return {
      ...timeline,
      at: (second) =>
        (timeline.at(isFrozen(second) ? FROZEN[0] : second) ?? 0) -
        (second >= FROZEN[1] ? (timeline.at(FROZEN[1]) ?? 0) - (timeline.at(FROZEN[0]) ?? 0) : 0),
    }
  return timeline
}

const alertsWithin = (at: number, window: string): Reading => ({
  at,
  expr: `group by (alertname) (max_over_time(ALERTS{alertstate="firing", alertname!="Watchdog"}[${window}]))`,
  is: [{ labels: { alertname: 'DomainGaugesStale' }, value: 1 }],
})

const frozenDatabase: Battery = {
  name: 'a frozen database',
  scenarios: [
    {
      title: 'A database that is frozen for thirteen minutes is one alert: DomainGaugesStale',
      lasts: 2 * HOUR,
      timelines: [
        ...[
          ...healthyApi(API, { requests: 40, live: 3 }),
          ...healthyWorker(WORKER, { requests: 40, live: 3 }),
          exported(API, catalogue.webhookBacklog.name, { source: 'kick' }, () => 0),
        ].map(frozen),
        answered('503', (at) => (isFrozen(at) ? 40 : 0)),
        counting(
          API,
          catalogue.httpRequests.name,
          { method: 'POST', route: '/wh/kick', status_code: '503' },
          (at) => (isFrozen(at) ? 3 : 0),
        ),
        counting(
          API,
          catalogue.webhookReceived.name,
          { source: 'kick', event_type: 'chat.message.sent', result: 'error' },
          (at) => (isFrozen(at) ? 3 : 0),
        ),
        counting(
          API,
          catalogue.collectorFailures.name,
          { collector: 'webhook_inbox', reason: 'timeout' },
          (at) => (isFrozen(at) ? 1 : 0),
        ),
      ],
      checks: [
        firing(
          FROZEN[1] - 60,
          'DomainGaugesStale',
          ...DOMAIN_TABLES.map((table) => ({ ...stage, table })),
        ),
        silent(FROZEN[1] + 5 * MINUTE, 'DomainGaugesStale'),
      ],
      readings: [alertsWithin(2 * HOUR, '2h')],
    },
  ],
}

/** At most so many incidents began within three hours of hovering. */
const fewIncidents = (alert: string): Reading => ({
  at: 4 * HOUR,
  expr: `max by () (changes(ALERTS_FOR_STATE{alertname="${alert}"}[3h])) <= bool 5`,
  is: [{ labels: {}, value: 1 }],
})

const source = { source: 'kick' }
const hovering: Battery = {
  name: 'values that hover at their threshold',
  alerts: ['DomainGaugesStale', 'WebhookBacklog', 'EventLoopBlocked', STALE],
  scenarios: [
    {
      title: 'DomainGaugesStale is few incidents when a read succeeds every four minutes',
      lasts: 4 * HOUR,
      timelines: [
        ...presence(API),
        exported(API, catalogue.domainLastRefresh.name, { table: 'offers' }, (now) =>
          Math.max(1, now - (now % 240)),
        ),
      ],
      readings: [fewIncidents('DomainGaugesStale')],
    },
    {
      title: 'WebhookBacklog is few incidents when the oldest delivery waits about five minutes',
      lasts: 4 * HOUR,
      timelines: [
        ...presence(API),
        exported(API, catalogue.webhookBacklog.name, source, () => 3),
        exported(API, catalogue.webhookOldestUnprocessed.name, source, (now) =>
          Math.max(1, now - (now % 480)),
        ),
      ],
      readings: [fewIncidents('WebhookBacklog')],
    },
    {
      title: 'EventLoopBlocked is few incidents when a pause drops below the limit now and then',
      lasts: 4 * HOUR,
      timelines: [
        ...presence(WORKER),
        exported(WORKER, catalogue.eventLoopLagMax.name, {}, (now) => (now % 480 < 60 ? 0.1 : 0.8)),
      ],
      readings: [fewIncidents('EventLoopBlocked')],
    },
    {
      title: `${STALE} is few incidents when one run in thirteen minutes succeeds`,
      lasts: 4 * HOUR,
      timelines: [...presence(WORKER), ...polled(WORKER, (now) => Math.max(1, now - (now % 780)))],
      readings: [fewIncidents(STALE)],
    },
  ],
}

/** What the random weather found, cut down to what matters. */
const weather: Battery = {
  name: 'days of random weather',
  alerts: ['WorkerDown', 'WebhookBacklog', 'DomainGaugesStale', 'ClockSkew'],
  scenarios: [
    {
      title: 'DomainGaugesStale is not said of an api whose clock is eleven minutes slow',
      lasts: 2 * HOUR,
      timelines: [
        ...presence(API),
        exported(API, catalogue.processClock.name, {}, (now) => (now < HOUR ? now : now - 660)),
        exported(API, catalogue.domainLastRefresh.name, { table: 'offers' }, (now) =>
          now < HOUR ? Math.max(1, now) : now - 660,
        ),
      ],
      checks: never(0, 2 * HOUR, 'DomainGaugesStale'),
    },
    {
      title: 'WebhookBacklog is few incidents when the inbox is emptied every twelve minutes',
      lasts: 4 * HOUR,
      timelines: [
        ...presence(API),
        exported(API, catalogue.webhookBacklog.name, source, (now) => (now % 720 < 600 ? 3 : 0)),
        exported(API, catalogue.webhookOldestUnprocessed.name, source, (now) =>
          now % 720 < 600 ? Math.max(1, now - (now % 720)) : undefined,
        ),
      ],
      readings: [fewIncidents('WebhookBacklog')],
    },
    {
      title: 'WorkerDown is few incidents when the target is lost for eight minutes of ten',
      lasts: 4 * HOUR,
      timelines: presence({
        kind: 'worker',
        lost: Array.from({ length: 24 }, (_, index): Span => [index * 600, index * 600 + 450]),
      }),
      readings: [fewIncidents('WorkerDown')],
    },
  ],
}

/** What was found by asking "what if", as scenarios. */
export const findings: readonly Battery[] = [
  crashLoops,
  slowLeaks,
  steps,
  rareCallers,
  strays,
  explained,
  frozenDatabase,
  hovering,
  weather,
]
