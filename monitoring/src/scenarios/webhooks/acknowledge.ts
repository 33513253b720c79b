import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { counting, presence } from '../world.ts'
import { warning } from './labels.ts'

const BEGIN = 1_800

const SLOW = 'WebhookAckSlow'
const { acknowledge } = limits

/** Deliveries a scrape, `slow` of them in the bucket above the limit. */
const answers = (
  result: string,
  fast: (second: number) => number,
  slow: (second: number) => number,
  process = API,
): Timeline[] => [
  ...presence(process),
  ...catalogue.webhookReceiveDuration.buckets.map((edge) =>
    counting(
      process,
      `${catalogue.webhookReceiveDuration.name}_bucket`,
      { source: 'kick', result, le: String(edge) },
      (at) => (edge >= 0.01 ? fast(at) : 0) + (edge >= acknowledge.slowerThan + 0.2 ? slow(at) : 0),
    ),
  ),
  counting(
    process,
    `${catalogue.webhookReceiveDuration.name}_bucket`,
    { source: 'kick', result, le: '+Inf' },
    (at) => fast(at) + slow(at),
  ),
]
const always = (many: number) => () => many
const slowly = (many: number) => (now: number) => (during(BEGIN, BEGIN + HOUR)(now) ? many : 0)

const acknowledging: readonly Scenario[] = [
  {
    title: `${SLOW} fires when one acknowledgement in twenty is slow, and resolves`,
    lasts: BEGIN + HOUR + 900,
    timelines: answers('ok', always(19), slowly(1)),
    checks: [
      silent(BEGIN + acknowledge.for, SLOW),
      firing(BEGIN + acknowledge.for + 90, SLOW, warning),
      firing(BEGIN + HOUR - 30, SLOW, warning),
      silent(BEGIN + HOUR + acknowledge.window + 30, SLOW),
    ],
  },
  {
    title: `${SLOW} lets one slow acknowledgement in two hundred pass`,
    lasts: BEGIN + HOUR,
    timelines: answers('ok', always(199), slowly(1)),
    quiet: true,
  },
  {
    title: `${SLOW} lets a single slow one pass, although nothing else arrives`,
    lasts: BEGIN + HOUR,
    timelines: answers('ok', always(0), (now) => (now === BEGIN ? 1 : 0)),
    quiet: true,
  },
  {
    title: `${SLOW} counts the replicas together: one that is slow is not hidden, nor told twice`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...answers('ok', always(10), always(0), { kind: 'api', pod: 'a' }),
      ...answers('ok', always(10), slowly(1), { kind: 'api', pod: 'b' }),
    ],
    checks: [firing(BEGIN + 900, SLOW, warning)],
  },
  {
    title: `${SLOW} also sees the slow ones that could not be stored, but not slow refusals`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...answers('error', always(1), slowly(1)),
      ...answers('invalid_signature', always(1), slowly(1), { kind: 'api', env: 'production' }),
    ],
    checks: [firing(BEGIN + 900, SLOW, warning)],
  },
]

/** Told to the rule alone. */
export const acknowledgeBattery: Battery = { name: SLOW, alerts: [SLOW], scenarios: acknowledging }
