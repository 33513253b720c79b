import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { type Battery, firing, SCRAPE, type Scenario, silent, type Timeline } from '../scenario.ts'
import { counting, presence } from '../world.ts'
import { warning } from './labels.ts'

const BEGIN = 1_800

const received = (result: string, perScrape: (second: number) => number, process = API): Timeline =>
  counting(
    process,
    catalogue.webhookReceived.name,
    { source: 'kick', event_type: 'chat.message.sent', result },
    perScrape,
  )

const REJECTED = 'WebhookRejected'
/** One every `pause` scrapes while it lasts. */
const stray =
  (pause: number, from = BEGIN, until = BEGIN + HOUR) =>
  (second: number) =>
    during(from, until)(second) && second % (pause * SCRAPE) === 0 ? 1 : 0

const rejected: readonly Scenario[] = [
  ...['invalid_signature', 'stale_timestamp', 'missing_headers'].map(
    (result): Scenario => ({
      title: `${REJECTED} fires on deliveries with ${result} and resolves when they end`,
      lasts: BEGIN + HOUR + 1_500,
      timelines: [...presence(API), received('ok', () => 5), received(result, stray(1))],
      checks: [
        silent(BEGIN + 30, REJECTED),
        silent(BEGIN + 90, REJECTED),
        firing(BEGIN + 210, REJECTED, warning),
        firing(BEGIN + HOUR, REJECTED, warning),
        silent(BEGIN + HOUR + limits.rejected.window + limits.calm + 30, REJECTED),
      ],
    }),
  ),
  ...['duplicate', 'bad_method', 'ok'].map(
    (result): Scenario => ({
      title: `${REJECTED} is not about ${result}, however many there are`,
      lasts: HOUR,
      timelines: [...presence(API), received(result, () => 50)],
      checks: [900, HOUR].map((at) => silent(at, REJECTED)),
    }),
  ),
  {
    title: `${REJECTED} lets two stray deliveries in five minutes pass`,
    lasts: BEGIN + HOUR,
    timelines: [...presence(API), received('ok', () => 5), received('invalid_signature', stray(5))],
    checks: [600, 1_200, 3_000].map((after) => silent(BEGIN + after, REJECTED)),
  },
  {
    title: `${REJECTED} adds up what two replicas refuse, and survives the restart of one`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence({ kind: 'api', pod: 'a' }),
      ...presence({ kind: 'api', pod: 'b' }),
      received('invalid_signature', stray(4), { kind: 'api', pod: 'a' }),
      received('invalid_signature', stray(4), {
        kind: 'api',
        pod: 'b',
        runs: [
          [0, BEGIN + 1_500],
          [BEGIN + 1_530, BEGIN + 9_999],
        ],
      }),
    ],
    checks: [600, 1_200, 3_000].map((after) => firing(BEGIN + after, REJECTED, warning)),
  },
]

/** Told to the rule alone. */
export const rejectedBattery: Battery = { name: REJECTED, alerts: [REJECTED], scenarios: rejected }
