import { HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { alarm, BURN } from './alarm.ts'

/** Ratios over days, told as recorded series: promtool need not live through them. */
const ratios = (byWindow: Readonly<Record<string, number>>): Timeline[] =>
  Object.entries(byWindow).map(([window, ratio]) => ({
    name: `env_surface:vf_http_error_ratio:rate${window}`,
    labels: { env: 'stage', surface: 'api' },
    at: () => ratio,
  }))

/** Requests and errors a second, as they were recorded all the time. */
const traffic = (requestsPerSecond: number, errorsPerSecond: number): Timeline[] =>
  ['5m', '30m'].flatMap((window) =>
    [
      { name: `env_surface:vf_http_requests:rate${window}`, rate: requestsPerSecond },
      { name: `env_surface:vf_http_errors:rate${window}`, rate: errorsPerSecond },
    ].map(({ name, rate }) => ({
      name,
      labels: { env: 'stage', surface: 'api' },
      at: () => rate,
    })),
  )

const DAY = 24 * HOUR

const slowly: readonly Scenario[] = [
  {
    title: `${BURN} warns of three times the budget over a day, when half of it has been seen`,
    lasts: DAY,
    timelines: [
      ...ratios({ '5m': 0.016, '2h': 0.016, '1d': 0.016, '6h': 0.002 }),
      ...traffic(1, 0.016),
    ],
    checks: [silent(DAY / 2 - 600, BURN), firing(DAY / 2 + 600, BURN, alarm('warning', '1d'))],
  },
  {
    title: `${BURN} warns of a budget that will just be used up, when half of three days have been seen`,
    lasts: 2 * DAY,
    timelines: [...ratios({ '5m': 0.006, '6h': 0.006, '3d': 0.006 }), ...traffic(1, 0.006)],
    checks: [silent(1.5 * DAY - 600, BURN), firing(1.5 * DAY + 600, BURN, alarm('warning', '3d'))],
  },
  ...[
    { calm: 'five minutes', ratio: { '5m': 0.004 } },
    { calm: 'short window', ratio: { '2h': 0.014, '6h': 0.004 } },
    { calm: 'long window', ratio: { '1d': 0.014, '3d': 0.004 } },
  ].map(
    ({ calm, ratio }): Scenario => ({
      title: `${BURN} does not warn while the ${calm} is calm`,
      lasts: 2 * DAY,
      timelines: [
        ...ratios({ '5m': 0.016, '2h': 0.016, '1d': 0.016, '6h': 0.016, '3d': 0.016, ...ratio }),
        ...traffic(1, 0.01),
      ],
      checks: [silent(2 * DAY, BURN)],
    }),
  ),
  {
    title: `${BURN} does not warn of a ratio that a handful of errors makes`,
    lasts: 2 * DAY,
    timelines: [
      ...ratios({ '5m': 0.1, '30m': 0.1, '2h': 0.1, '6h': 0.1, '1d': 0.1, '3d': 0.1 }),
      ...traffic(0.001, 0.0001),
    ],
    checks: [silent(2 * DAY, BURN)],
  },
  {
    title: `${BURN} says one thing at a time: while it burns fast the slow burn adds nothing`,
    lasts: 2 * DAY,
    timelines: [
      ...ratios({ '5m': 1, '30m': 1, '2h': 0.5, '6h': 0.2, '1d': 0.04, '3d': 0.02 }),
      ...traffic(1, 1),
    ],
    checks: [firing(2 * DAY, BURN, alarm('critical', '30m'))],
  },
]

/** Told over days, with a rhythm to match. */
export const burnDaysBattery: Battery = {
  name: `${BURN}, over days`,
  alerts: [BURN],
  recordings: false,
  evaluateEvery: 600,
  scenarios: slowly,
}
