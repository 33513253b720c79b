import { catalogue } from '@verifluence/api/catalogue'
import { type Make, scenarioOf } from '../../../rule-testing/environments.ts'
import {
  API,
  counting,
  during,
  exported,
  HOUR,
  type Process,
  presence,
} from '../../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  SCRAPE,
  type Scenario,
  silent,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { CALM } from '../../alert.ts'
import { limits } from '../alerts.ts'
import { warning } from './processing.ts'

const BEGIN = 1_800

const received = (result: string, perScrape: (second: number) => number, process = API): Timeline =>
  counting(
    process,
    catalogue.webhookReceived.name,
    { source: 'kick', event_type: 'chat.message.sent', result },
    perScrape,
  )

const ALERT = 'WebhookRejected'
/** One every `pause` scrapes while it lasts. */
const stray =
  (pause: number, from = BEGIN, until = BEGIN + HOUR) =>
  (second: number) =>
    during(from, until)(second) && second % (pause * SCRAPE) === 0 ? 1 : 0

const rejected: readonly Scenario[] = [
  ...['invalid_signature', 'stale_timestamp', 'missing_headers'].map(
    (result): Scenario => ({
      title: `${ALERT} fires on deliveries with ${result} and resolves when they end`,
      lasts: BEGIN + HOUR + 1_500,
      timelines: [...presence(API), received('ok', () => 5), received(result, stray(1))],
      checks: [
        silent(BEGIN + 30, ALERT),
        silent(BEGIN + 210, ALERT),
        firing(BEGIN + 330, ALERT, warning),
        firing(BEGIN + HOUR, ALERT, warning),
        silent(BEGIN + HOUR + limits.rejected.window + CALM + 30, ALERT),
      ],
    }),
  ),
  ...['duplicate', 'bad_method', 'ok'].map(
    (result): Scenario => ({
      title: `${ALERT} is not about ${result}, however many there are`,
      lasts: HOUR,
      timelines: [...presence(API), received(result, () => 50)],
      checks: [900, HOUR].map((at) => silent(at, ALERT)),
    }),
  ),
  {
    title: `${ALERT} ignores stray deliveries of three kinds, four of each in ten minutes`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence(API),
      ...['invalid_signature', 'stale_timestamp', 'missing_headers'].map((result) =>
        received(result, stray(5)),
      ),
    ],
    checks: [600, 1_200, 3_000].map((after) => silent(BEGIN + after, ALERT)),
  },
  {
    title: `${ALERT} adds up what two replicas refuse, and survives the restart of one`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence({ kind: 'api', pod: 'a' }),
      ...presence({ kind: 'api', pod: 'b' }),
      received('invalid_signature', stray(2), { kind: 'api', pod: 'a' }),
      received('invalid_signature', stray(2), {
        kind: 'api',
        pod: 'b',
        runs: [
          [0, BEGIN + 1_500],
          [BEGIN + 1_530, BEGIN + 9_999],
        ],
      }),
    ],
    checks: [600, 1_200, 3_000].map((after) => firing(BEGIN + after, ALERT, warning)),
  },
]

/** Given to its own rule only. */
export const rejectedBattery: Battery = { name: ALERT, alerts: [ALERT], scenarios: rejected }

const AT = 1_800
const source = { source: 'kick' }

/** Deliveries by how they were answered, so many between two scrapes; less than one is one now and then. */
const deliveries = (
  process: Process,
  result: string,
  perScrape: number | ((second: number) => number),
): Timeline =>
  counting(
    process,
    catalogue.webhookReceived.name,
    { ...source, event_type: 'other', result },
    typeof perScrape === 'number' ? () => perScrape : perScrape,
  )

/** Four in ten minutes. */
const FEW = 0.2
/** Ten in ten minutes. */
const MANY = 0.5

/** A worker that sees a live stream. */
const streaming = (process: Make) => [
  exported(process(), catalogue.liveStreams.name, {}, () => 1),
  counting(process(), catalogue.pollRuns.name, { job: 'viewer-poll', result: 'ok' }, () => 1),
]

export const rejectedScenario = scenarioOf('WebhookRejected', [
  {
    env: 'few-and-all-of-them',
    timelines: (process) => [
      ...streaming(process),
      deliveries(process({ kind: 'api' }), 'invalid_signature', FEW),
    ],
    fires: [AT],
  },
  {
    env: 'few-and-all-of-them-but-no-stream-is-live',
    timelines: (process) => [deliveries(process({ kind: 'api' }), 'invalid_signature', FEW)],
    silent: [AT],
  },
  {
    env: 'two-replicas-refuse-some-of-many',
    timelines: (process) =>
      ['a', 'b'].flatMap((pod) => [
        deliveries(process({ kind: 'api', pod }), 'ok', 5),
        deliveries(process({ kind: 'api', pod }), 'invalid_signature', MANY / 2),
      ]),
    fires: [AT],
  },
  {
    env: 'hardly-any-and-all-of-them',
    timelines: (process) => [
      ...streaming(process),
      deliveries(process({ kind: 'api' }), 'invalid_signature', 0.5 * FEW),
    ],
    silent: [AT],
  },
  {
    env: 'a-few-of-each-kind',
    timelines: (process) => [
      ...streaming(process),
      deliveries(process({ kind: 'api' }), 'ok', 1),
      deliveries(process({ kind: 'api' }), 'missing_headers', 1.5 * FEW),
      deliveries(process({ kind: 'api', pod: 'b' }), 'stale_timestamp', 1.5 * FEW),
      deliveries(process({ kind: 'api', pod: 'b' }), 'invalid_signature', 1.5 * FEW),
    ],
    silent: [AT],
  },
  {
    env: 'our-own-errors',
    timelines: (process) => [
      ...streaming(process),
      deliveries(process({ kind: 'api' }), 'error', 10),
    ],
    silent: [AT],
  },
  ...['ok', 'duplicate'].map((result) => ({
    env: `few-with-${result}`,
    timelines: (process: Make) => [
      ...streaming(process),
      deliveries(process({ kind: 'api' }), 'invalid_signature', FEW),
      deliveries(process({ kind: 'api', pod: 'b' }), result, (at) => (at < AT ? 1 : 0)),
      deliveries(process({ kind: 'api', pod: 'c' }), 'bad_method', 1),
    ],
    silent: [AT, AT + 480],
    fires: [AT + 720],
  })),
  {
    env: 'few-of-this-source',
    timelines: (process) => [
      ...streaming(process),
      deliveries(process({ kind: 'api' }), 'invalid_signature', FEW),
      counting(
        process({ kind: 'api' }),
        catalogue.webhookReceived.name,
        { source: 'twitch', event_type: 'other', result: 'ok' },
        () => 1,
      ),
    ],
    fires: [AT],
  },
  {
    env: 'fewer-than-at-the-begin',
    timelines: (process) => [
      deliveries(process({ kind: 'api' }), 'invalid_signature', (at) => (at < AT ? 1 : FEW)),
    ],
    fires: [AT + 3_600],
  },
  {
    env: 'a-volley',
    timelines: (process) => [
      deliveries(process({ kind: 'api' }), 'invalid_signature', (second) =>
        second === AT ? 12 : 0,
      ),
    ],
    silent: [AT + 30],
    // Ten minutes until the window is empty, and ten for which the alert is kept.
    fires: [AT + 90, AT + 1_080],
  },
])
