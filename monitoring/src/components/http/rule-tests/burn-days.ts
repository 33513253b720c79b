import { seconds } from '../../../promql/time.ts'
import { HOUR } from '../../../rule-testing/platform.ts'
import {
  type Battery,
  type Check,
  firing,
  SCRAPE,
  type Scenario,
  silent,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { burns, burnThreshold } from '../alerts.ts'
import { errorRate, errorRatio, requestRate, type Window } from '../recording-rules.ts'
import { alarm, BURN } from './burn.ts'

/** Ratios over days as recorded series: promtool need not evaluate them. */
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

/** Over days, with a matching interval. */
export const burnDaysBattery: Battery = {
  name: `${BURN}, over days`,
  alerts: [BURN],
  recordings: false,
  evaluateEvery: 600,
  scenarios: slowly,
}

type Burn = (typeof burns)[number]
type At = (second: number) => number | undefined

/** What is recorded of an environment of its own: everything is as in an alarm but for one thing. */
interface Edge {
  readonly env: string
  readonly surface: 'api' | 'webhooks'
  /** Error ratios over the long and the short window of the burn. */
  readonly long: number
  readonly short: number | At
  /** Failed requests a second. */
  readonly failed: At
  /** Requests a second. */
  readonly seen: At
  /** Whether the api fails altogether meanwhile. */
  readonly outage: boolean
  /** A quicker burn that goes on in the same surface, and its ratio. */
  readonly alongside?: { readonly burn: Burn; readonly ratio: At }
  readonly fires: boolean
}

const always = () => 1

/** A value within a period, in lengths of the long window; the scenario is two of them long. */
const between =
  ({ long }: Burn, from: number, until: number, value: number): At =>
  (second) => {
    const windows = second / seconds(long)
    return windows >= from && windows < until ? value : undefined
  }

/** What makes the burn fire, half as much again as the rule asks for. */
function alarmOf(burn: Burn): Edge {
  const ratio = burnThreshold(burn.factor) * 1.5
  return {
    env: 'alarm',
    surface: 'api',
    long: ratio,
    short: ratio,
    failed: () => (burn.atLeast * 1.5) / seconds(burn.long),
    seen: always,
    outage: false,
    fires: true,
  }
}

/** The burns that are quicker than this one, but for the quickest. */
const slowerThanFirst = (burn: Burn) => burns.slice(1, Math.max(1, burns.indexOf(burn)))

/** Above or below what the rule asks for by so much that half or double of it falls on the other side. */
function edgesOf(burn: Burn): Edge[] {
  const threshold = burnThreshold(burn.factor)
  const perSecond = (failures: number) => failures / seconds(burn.long)
  const alarm = alarmOf(burn)
  const quiet = { ...alarm, fires: false }
  const early = between(burn, 1, 1.5, perSecond(burn.atLeast * 3))
  const [before, lately] = [between(burn, 0.5, 0.9, 1), between(burn, 1.6, 3, 1)]
  const edges: Edge[] = [
    alarm,
    { ...quiet, env: 'too-few-fail', failed: () => perSecond(burn.atLeast * 0.75) },
    { ...quiet, env: 'calmer-over-long', long: threshold * 0.75 },
    { ...quiet, env: 'calmer-of-late', short: threshold * 0.75 },
  ]
  if (burn === burns[0]) return edges
  return [
    ...edges,
    // A shorter window has forgotten it, a longer one dilutes it.
    { ...alarm, env: 'failed-early', failed: (second) => early(second) ?? 0 },
    { ...quiet, env: 'seen-too-little', seen: (second) => before(second) ?? lately(second) },
    ...slowerThanFirst(burn).map((quicker): Edge => {
      const ratio = burnThreshold(quicker.factor) * 1.5
      const rate = (quicker.atLeast * 1.5) / seconds(quicker.long)
      return {
        ...quiet,
        env: `${quicker.long}-burns-as-well`,
        failed: () => Math.max(rate, perSecond(burn.atLeast * 1.5)),
        alongside: { burn: quicker, ratio: () => ratio },
      }
    }),
    // An outage of one surface explains nothing about the other, and nothing elsewhere.
    { ...alarm, env: 'outage-next-to-it', surface: 'webhooks', outage: true },
  ]
}

const timelinesOf =
  (burn: Burn) =>
  ({ env, surface, long, short, failed, seen, outage, alongside }: Edge): Timeline[] => {
    const series = (of: string, name: string, at: At) => ({
      name,
      labels: { env, surface: of },
      at,
    })
    const ratios = new Map<Window, number | At>([
      [burn.short, short],
      [burn.long, long],
      ...(alongside ? [alongside.burn.short, alongside.burn.long] : []).map(
        (window): [Window, number | At] => [window, alongside?.ratio ?? always],
      ),
    ])
    return [
      ...(burn.long === '30m' ? (['5m', '30m'] as const) : (['5m'] as const)).map((window) =>
        // Errors of a short burn are close together.
        series(surface, errorRate(window), (second) =>
          window === '5m' && burn.long === '30m' ? 2 * (failed(second) ?? 0) : failed(second),
        ),
      ),
      series(surface, requestRate('5m'), seen),
      ...[...ratios].map(([window, ratio]) =>
        series(surface, errorRatio(window), typeof ratio === 'number' ? () => ratio : ratio),
      ),
      ...(outage
        ? [errorRatio('5m'), errorRatio('30m'), errorRate('5m'), errorRate('30m')].map((name) =>
            series('api', name, always),
          )
        : []),
    ]
  }

const batteryOf = (burn: Burn): Battery => {
  const window = burn.long
  const lasts = 2 * seconds(window)
  const edges = edgesOf(burn)
  const checks = edges.map(
    ({ env, surface, fires }): Check => ({
      at: lasts,
      alert: BURN,
      among: { env, window },
      fires: fires ? [{ env, surface, window }] : [],
    }),
  )
  return {
    name: `${BURN} at the edges of ${window}`,
    alerts: [BURN],
    recordings: false,
    evaluateEvery: Math.max(SCRAPE, seconds(window) / 120),
    scenarios: [
      {
        title: `${BURN} over ${window} depends on each part of its rule`,
        lasts,
        timelines: edges.flatMap(timelinesOf(burn)),
        checks,
      },
    ],
  }
}

/** Both waits of a slow burn, which are the same whatever its windows are: by the minute. */
const waitOf = (burn: Burn): Battery => {
  const from = seconds(burn.long) * 0.6
  const alarm = alarmOf(burn)
  const burning: At = (second) =>
    second >= from && second < from + 600 ? burnThreshold(burn.factor) * 1.5 : 0
  const check = (after: number, fires: boolean): Check => ({
    at: from + after,
    alert: BURN,
    among: { window: burn.long },
    fires: fires ? [{ window: burn.long }] : [],
  })
  const kept = 600 + seconds(burn.short)
  return {
    name: `${BURN} waits, over ${burn.long}`,
    alerts: [BURN],
    recordings: false,
    evaluateEvery: 60,
    scenarios: [
      {
        title: `${BURN} over ${burn.long} fires after two minutes, and for the short window after the last`,
        lasts: from + kept + 300,
        timelines: timelinesOf(burn)({ ...alarm, short: burning }),
        checks: [
          check(90, false),
          check(150, true),
          check(kept - 120, true),
          check(kept + 240, false),
        ],
      },
      ...slowerThanFirst(burn).map((quicker) => ({
        title: `${BURN} over ${burn.long} fires while ${quicker.long} has not waited for long enough`,
        lasts: from + 300,
        timelines: timelinesOf(burn)({
          ...alarm,
          short: burning,
          failed: () => 1,
          alongside: {
            burn: quicker,
            ratio: (second: number) =>
              second < from ? 0 : burnThreshold((second < from + 60 ? burn : quicker).factor) * 1.5,
          },
        }),
        checks: [check(90, false), check(150, true)],
      })),
    ],
  }
}

/** One for each pair of windows, as recorded series. */
export const burnEdges: readonly Battery[] = [
  ...burns.map(batteryOf),
  ...burns.slice(1).map(waitOf),
]
