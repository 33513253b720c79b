import { jobNames } from '@verifluence/api/jobs'
import fc from 'fast-check'

/**
 * Random weather: one simulated day of the monitored system as plain data.
 *
 * A day has two parts. The *weather* is what must never alert: traffic, deploys, a process that restarts
 * once, lost scrapes, chance. The *causes* are what is broken, from when to when and how strongly. Themes
 * turn a day into series and into ground truth; promtool evaluates the production rules over the series; a
 * model of Alertmanager turns the alerts into messages; five laws compare messages and truth.
 *
 * Everything here is plain data without derived values, so fast-check shrinks any day, also one that was
 * kept as a test. Times are whole minutes.
 */
export interface Weather {
  /** Seed of the chance inside the series. */
  readonly chance: number
  readonly hours: number
  /** UTC hour at which the day begins; jobs run by it. */
  readonly startHour: number
  readonly replicas: { readonly api: number; readonly worker: number }
  /** Requests a minute at the busiest hour, and the share of them in the quietest. */
  readonly traffic: { readonly busiest: number; readonly quietest: number }
  /** Streams that are live at the busiest hour; 0 is a day without streams. */
  readonly streams: number
  readonly noise: Noise
  readonly events: readonly HarmlessEvent[]
  readonly causes: readonly Cause[]
}

/** What goes wrong all the time without being a failure. */
interface Noise {
  /** Share of scrapes that fail. */
  readonly lostScrapes: number
  /** Share of requests answered 5xx by chance, and share of slow ones. */
  readonly errors: number
  /** Deliveries an hour that strangers forge or send without headers. */
  readonly rejectedPerHour: number
  readonly scanner: boolean
  /** Seconds by which the clocks of the processes are off. */
  readonly clockSkew: number
}

/** What happens on good days as well. */
export type HarmlessEvent =
  | { readonly kind: 'deploy'; readonly at: number; readonly process: ProcessName }
  | { readonly kind: 'restart'; readonly at: number; readonly process: ProcessName }
  | { readonly kind: 'prometheus away'; readonly at: number; readonly minutes: number }
  | { readonly kind: 'kick transient failure'; readonly at: number }

export type ProcessName = 'api' | 'worker'

/** When a cause acts: from its first minute, for so long; intermittent where `off` is not 0. */
interface Acting {
  readonly from: number
  readonly lasts: number
  /** Minutes in which it acts and pauses, in turn. `off: 0` acts all the time. */
  readonly on: number
  readonly off: number
}

const SERVICES = ['kick', 'kick_oauth', 'x', 's3', 'resend'] as const
export type ServiceName = (typeof SERVICES)[number]

/** Something that is broken. */
export type Cause = Acting &
  (
    | { readonly kind: 'process gone'; readonly process: ProcessName }
    | { readonly kind: 'target lost'; readonly process: ProcessName }
    | {
        readonly kind: 'crash loop'
        readonly process: ProcessName
        /** One replica only, or every one. */
        readonly all: boolean
        /** Seconds that a process runs between two crashes. */
        readonly life: number
      }
    | { readonly kind: 'job fails'; readonly job: (typeof jobNames)[number] }
    | {
        readonly kind: 'service fails'
        readonly service: ServiceName
        readonly answer: '401' | '429' | '503' | 'timeout'
      }
    | { readonly kind: 'deliveries forged'; readonly perMinute: number }
    | { readonly kind: 'key changed' }
    | { readonly kind: 'deliveries stop' }
    | { readonly kind: 'processor stuck' }
    | { readonly kind: 'events parked'; readonly parked: number }
    | { readonly kind: 'acknowledgement slow' }
    | {
        readonly kind: 'requests fail'
        readonly surface: 'api' | 'webhooks'
        readonly ratio: number
        /** `drift` grows from 0 to the ratio, `step` falls to half of it after half of the time. */
        readonly shape: 'steady' | 'drift' | 'step'
        /** Every n-th request, or each by chance. */
        readonly evenly: boolean
      }
    | { readonly kind: 'requests slow'; readonly share: number }
    | { readonly kind: 'database gone' }
    | { readonly kind: 'event loop blocked'; readonly process: ProcessName; readonly pause: number }
    | { readonly kind: 'labels overflow'; readonly process: ProcessName }
    | { readonly kind: 'clock wrong'; readonly process: ProcessName; readonly seconds: number }
    | { readonly kind: 'counters vanish' }
    | { readonly kind: 'replica stuck' }
    | { readonly kind: 'pods replaced'; readonly process: ProcessName; readonly life: number }
    | { readonly kind: 'offers wait' }
    | { readonly kind: 'submissions wait' }
    | { readonly kind: 'telegram refuses' }
  )

export type CauseKind = Cause['kind']
export type CauseOf<Kind extends CauseKind> = Extract<Cause, { kind: Kind }>

const process = fc.constantFrom<ProcessName>('worker', 'api')

/** Days of one length. Shrinking looks for the earliest and shortest cause that still shows. */
function daysOf(hours: number, lasts: readonly number[]): fc.Arbitrary<Weather> {
  const acting = {
    from: fc.integer({ min: 20, max: hours * 60 - 30 }),
    lasts: fc.constantFrom(...lasts),
    on: fc.integer({ min: 3, max: 30 }),
    off: fc.constantFrom(0, 0, 0, 2, 5, 8),
  }
  const causes = [
    fc.record({ kind: fc.constant('process gone' as const), process, ...acting }),
    fc.record({ kind: fc.constant('target lost' as const), process, ...acting }),
    fc.record({
      kind: fc.constant('crash loop' as const),
      process,
      all: fc.boolean(),
      life: fc.integer({ min: 40, max: 480 }),
      ...acting,
    }),
    fc.record({
      kind: fc.constant('job fails' as const),
      job: fc.constantFrom(...jobNames),
      ...acting,
    }),
    fc.record({
      kind: fc.constant('service fails' as const),
      service: fc.constantFrom(...SERVICES),
      answer: fc.constantFrom('401' as const, '503' as const, '429' as const, 'timeout' as const),
      ...acting,
    }),
    fc.record({
      kind: fc.constant('deliveries forged' as const),
      perMinute: fc.constantFrom(1, 3, 10, 60),
      ...acting,
    }),
    fc.record({ kind: fc.constant('key changed' as const), ...acting }),
    fc.record({ kind: fc.constant('deliveries stop' as const), ...acting }),
    fc.record({ kind: fc.constant('processor stuck' as const), ...acting }),
    fc.record({
      kind: fc.constant('events parked' as const),
      parked: fc.integer({ min: 1, max: 9 }),
      ...acting,
    }),
    fc.record({ kind: fc.constant('acknowledgement slow' as const), ...acting }),
    fc.record({
      kind: fc.constant('requests fail' as const),
      surface: fc.constantFrom('api' as const, 'webhooks' as const),
      ratio: fc.constantFrom(1, 0.5, 0.1, 0.05, 0.025, 0.02),
      shape: fc.constantFrom('steady' as const, 'drift' as const, 'step' as const),
      evenly: fc.boolean(),
      ...acting,
    }),
    fc.record({
      kind: fc.constant('requests slow' as const),
      share: fc.constantFrom(1, 0.3, 0.05),
      ...acting,
    }),
    fc.record({ kind: fc.constant('database gone' as const), ...acting }),
    fc.record({
      kind: fc.constant('event loop blocked' as const),
      process,
      pause: fc.constantFrom(0.9, 3),
      ...acting,
    }),
    fc.record({ kind: fc.constant('labels overflow' as const), process, ...acting }),
    fc.record({
      kind: fc.constant('clock wrong' as const),
      process,
      seconds: fc.constantFrom(-660, -3600, 900, 3600),
      ...acting,
    }),
    fc.record({ kind: fc.constant('counters vanish' as const), ...acting }),
    fc.record({ kind: fc.constant('replica stuck' as const), ...acting }),
    fc.record({
      kind: fc.constant('pods replaced' as const),
      process,
      life: fc.integer({ min: 120, max: 480 }),
      ...acting,
    }),
    fc.record({ kind: fc.constant('offers wait' as const), ...acting }),
    fc.record({ kind: fc.constant('submissions wait' as const), ...acting }),
    fc.record({ kind: fc.constant('telegram refuses' as const), ...acting }),
  ] as const satisfies readonly fc.Arbitrary<Cause>[]

  const at = fc.integer({ min: 10, max: hours * 60 - 20 })
  const events: fc.Arbitrary<HarmlessEvent> = fc.oneof(
    fc.record({ kind: fc.constant('deploy' as const), at, process }),
    fc.record({ kind: fc.constant('restart' as const), at, process }),
    fc.record({
      kind: fc.constant('prometheus away' as const),
      at,
      minutes: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('kick transient failure' as const), at }),
  )

  // Causes come first, so that shrinking removes them first.
  return fc.record({
    causes: fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: fc.array(fc.oneof(...causes), { minLength: 1, maxLength: 3 }) },
    ),
    events: fc.array(events, { maxLength: 5 }),
    noise: fc.record({
      lostScrapes: fc.constantFrom(0, 0.0005, 0.003),
      errors: fc.constantFrom(0, 0.0001, 0.0005),
      rejectedPerHour: fc.constantFrom(0, 5, 15),
      scanner: fc.boolean(),
      clockSkew: fc.constantFrom(0, -20, 20),
    }),
    hours: fc.constant(hours),
    startHour: fc.integer({ min: 0, max: 23 }),
    replicas: fc.record({
      api: fc.integer({ min: 1, max: 3 }),
      worker: fc.integer({ min: 1, max: 2 }),
    }),
    traffic: fc.record({
      busiest: fc.constantFrom(20, 0.1, 1, 3, 120, 3_000, 30_000),
      quietest: fc.constantFrom(1, 0.2, 0.02, 0),
    }),
    streams: fc.constantFrom(0, 1, 4, 20),
    chance: fc.integer({ min: 1, max: 1_000_000 }),
  })
}

/**
 * Days of any kind. Most are short, as the rules' evaluation takes time; long ones are for windows of hours
 * and for slow leaks.
 */
export const anyWeather: fc.Arbitrary<Weather> = fc.oneof(
  { weight: 24, arbitrary: daysOf(2, [10, 20, 40, 60]) },
  { weight: 3, arbitrary: daysOf(6, [10, 20, 40, 90, 180, 300]) },
  { weight: 1, arbitrary: daysOf(24, [20, 40, 90, 180, 400, 900]) },
)

/** The day of a seed: the same seed gives the same day. */
export function weatherOf(seed: number): Weather {
  const [weather] = fc.sample(fc.noBias(anyWeather), { seed, numRuns: 1 })
  if (weather === undefined) throw new Error(`Seed ${seed} gives no weather.`)
  return weather
}
