import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { counting, exported, presence } from '../world.ts'
import { warning } from './labels.ts'

const BEGIN = 1_800

const FAILING = 'WebhookProcessingFailing'
const { processing } = limits
const attempts = (perScrape: (second: number) => number): Timeline[] => [
  ...presence(API),
  ...(['ok', 'ignored'] as const).map((result) =>
    counting(
      API,
      catalogue.webhookProcessed.name,
      { source: 'kick', event_type: 'other', result },
      () => 9,
    ),
  ),
  counting(
    API,
    catalogue.webhookProcessed.name,
    { source: 'kick', event_type: 'kicks.gifted', result: 'error' },
    perScrape,
  ),
]
const parked = (at: (second: number) => number, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.webhookParked.name, { source: 'kick' }, at),
]

const failing: readonly Scenario[] = [
  {
    title: `${FAILING} fires for parked deliveries until they are sent through again`,
    lasts: BEGIN + HOUR + 600,
    timelines: parked((now) => (during(BEGIN, BEGIN + HOUR)(now) ? 2 : 0)),
    checks: [
      silent(BEGIN + 30, FAILING),
      firing(BEGIN + processing.for + 30, FAILING, warning),
      firing(BEGIN + HOUR - 30, FAILING, warning),
      silent(BEGIN + HOUR + 30, FAILING),
    ],
  },
  {
    title: `${FAILING} fires once for two replicas, also while two scrapes are lost`,
    lasts: HOUR,
    timelines: [
      ...parked(() => 1, { kind: 'api', pod: 'a', lost: [[900, 960]] }),
      ...parked(() => 1, { kind: 'api', pod: 'b', lost: [[900, 960]] }),
    ],
    checks: [870, 900, 930, 960].map((at) => firing(at, FAILING, warning)),
  },
  {
    title: `${FAILING} fires on events that fail again and again, before they are given up`,
    lasts: BEGIN + HOUR,
    timelines: attempts((now) => (during(BEGIN, BEGIN + 1_200)(now) ? 1 : 0)),
    checks: [
      silent(BEGIN + 120, FAILING),
      firing(BEGIN + 360, FAILING, warning),
      silent(BEGIN + 1_200 + processing.window, FAILING),
    ],
  },
  {
    title: `${FAILING} lets a few failures pass that a retry mends`,
    lasts: BEGIN + HOUR,
    timelines: attempts((now) => (during(BEGIN, BEGIN + 150)(now) ? 1 : 0)),
    quiet: true,
  },
]

/** Told to the rule alone. */
export const processingBattery: Battery = { name: FAILING, alerts: [FAILING], scenarios: failing }
