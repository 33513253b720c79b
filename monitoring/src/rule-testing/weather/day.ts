import { createRandom, type Random } from '@verifluence/testkit'
import { targets } from '../../places.ts'
import { HOUR, isWithin, MINUTE, type Span, TICK } from '../month/time.ts'
import type { Cause, CauseKind, CauseOf, HarmlessEvent, ProcessName, Weather } from './weather.ts'

/** promtool's clock begins at 0. Instants need a past, so the rules' clock is moved by whole days. */
export const ORIGIN = 20_000 * 86_400

/** One replica's pod: when it is known to Prometheus, and when which process of it answers. */
export interface Pod {
  readonly process: ProcessName
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** By tick: the second at which the answering process began; NaN where none answers. */
  readonly began: Float64Array
  /** By tick: 1 where Prometheus has it as a target. */
  readonly known: Uint8Array
}

/** A series over the day: a value a tick, NaN where it is not exported. */
export interface Track {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly values: Float64Array
}

/** A day of which pods and moments are worked out. Seconds count from its begin. */
export interface Day {
  readonly weather: Weather
  readonly ticks: number
  readonly lasts: number
  readonly pods: Readonly<Record<ProcessName, readonly Pod[]>>
  /** Prometheus is away: it scrapes, evaluates and sends nothing. */
  readonly gaps: readonly Span[]
  readonly transientFailures: readonly Span[]
  /** Requests between two ticks, over all replicas; the expected value. */
  readonly requests: (second: number) => number
  readonly live: (second: number) => number
  /** The second of the UTC day. */
  readonly clock: (second: number) => number
  /** Causes of a kind. */
  readonly causes: <Kind extends CauseKind>(kind: Kind) => readonly CauseOf<Kind>[]
  /** The causes of a kind that act at a moment. */
  readonly acting: <Kind extends CauseKind>(kind: Kind, second: number) => CauseOf<Kind> | undefined
  /** Seconds by which the clock of a process is off. */
  readonly skew: (process: ProcessName, second: number) => number
  /** A source of chance with a name of its own: what one series draws does not change another. */
  readonly random: (name: string) => Random
}

export const beginOf = ({ from }: Cause) => from * MINUTE
export const endOf = ({ from, lasts }: Cause) => (from + lasts) * MINUTE

/** Whether a cause acts at a moment: within its span, and not in a pause. */
export function isActing(cause: Cause, second: number): boolean {
  const since = second - beginOf(cause)
  if (since < 0 || second >= endOf(cause)) return false
  const { on, off } = cause
  return off === 0 || since % ((on + off) * MINUTE) < on * MINUTE
}

/** The stretches in which a cause acts. */
export function actingSpans(cause: Cause): Span[] {
  const [from, until] = [beginOf(cause), endOf(cause)]
  if (cause.off === 0) return [[from, until]]
  const spans: Span[] = []
  const period = (cause.on + cause.off) * MINUTE
  for (let at = from; at < until; at += period)
    spans.push([at, Math.min(until, at + cause.on * MINUTE)])
  return spans
}

/** A busy evening and a quiet night, as one wave. */
const wave = (secondOfDay: number) =>
  (1 + Math.cos(((secondOfDay - 20 * HOUR) / (24 * HOUR)) * 2 * Math.PI)) / 2

const hash = (text: string) =>
  [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7)

/** What waits for a person does not come and go: each time is another cause. */
const PATIENT: readonly CauseKind[] = ['events parked', 'offers wait', 'submissions wait']

/** Works out the pods and moments of a day. */
export function createDay(weather: Weather): Day {
  const lasts = weather.hours * HOUR
  const ticks = lasts / TICK
  const causes = weather.causes
    .filter((cause) => beginOf(cause) < lasts)
    .map((cause) => (PATIENT.includes(cause.kind) ? { ...cause, off: 0 } : cause))
  const random = (name: string) => createRandom(weather.chance ^ hash(name))
  const events = harmless(weather)
  const of = <Kind extends CauseKind>(kind: Kind) =>
    causes.filter((cause): cause is CauseOf<Kind> => cause.kind === kind)
  const clock = (second: number) => (second + weather.startHour * HOUR) % (24 * HOUR)
  const gaps = events
    .filter((event) => event.kind === 'prometheus away')
    .map(({ at, minutes }): Span => [at * MINUTE, (at + minutes) * MINUTE])
  const { busiest, quietest } = weather.traffic
  const day = {
    weather: { ...weather, causes, events },
    ticks,
    lasts,
    gaps,
    transientFailures: events
      .filter(({ kind }) => kind === 'kick transient failure')
      .map(({ at }): Span => [at * MINUTE, (at + 2) * MINUTE]),
    requests: (second: number) =>
      ((busiest * TICK) / MINUTE) * (quietest + (1 - quietest) * wave(clock(second)) ** 2),
    // No stream is live between 2 and 7.
    live: (second: number) => {
      const hour = clock(second) / HOUR
      return hour >= 2 && hour < 7 ? 0 : Math.ceil(weather.streams * wave(clock(second)))
    },
    clock,
    causes: of,
    acting: <Kind extends CauseKind>(kind: Kind, second: number) =>
      of(kind).find((cause) => isActing(cause, second)),
    skew: (process: ProcessName, second: number) =>
      of('clock wrong').find((one) => one.process === process && isActing(one, second))?.seconds ??
      weather.noise.clockSkew,
    random,
  }
  return {
    ...day,
    pods: { api: podsOf('api', weather, day), worker: podsOf('worker', weather, day) },
  }
}

/** Events that come too close to each other would be a failure: the later one is left out. */
function harmless({ events, hours, causes }: Weather): HarmlessEvent[] {
  const APART = 45
  const kept: HarmlessEvent[] = []
  const touches = (one: HarmlessEvent, other: HarmlessEvent) =>
    Math.abs(one.at - other.at) < APART &&
    ('process' in one
      ? 'process' in other && one.process === other.process
      : one.kind === other.kind)
  for (const event of [...events].sort((one, other) => one.at - other.at)) {
    if (event.at > hours * 60 - 20 || kept.some((other) => touches(other, event))) continue
    // A restart next to crashes would be one of them.
    const isPart = causes.some(
      (cause) =>
        'process' in event &&
        (cause.kind === 'crash loop' || cause.kind === 'process gone') &&
        cause.process === event.process &&
        event.at > cause.from - APART &&
        event.at < cause.from + cause.lasts + APART,
    )
    if (!isPart) kept.push(event)
  }
  return kept
}

/** Seconds from the start of a container until it answers. */
const STARTS = 8
/** The kubelet waits before it starts a crashed container: 10 s, doubled up to 5 min, reset after 10 min. */
const backOff = { first: 10, longest: 300, resetAfter: 600 }

/** When a process that crashes `life` seconds after each start is away. */
export function crashes(span: Span, life: number): Span[] {
  const away: Span[] = []
  let wait = backOff.first
  for (let died = span[0]; died < span[1]; ) {
    const back = died + wait + STARTS
    away.push([died, back])
    died = back + life
    wait = life >= backOff.resetAfter ? backOff.first : Math.min(backOff.longest, wait * 2)
  }
  return away
}

function every([from, until]: Span, seconds: number): number[] {
  return Array.from(
    { length: Math.ceil((until - from) / seconds) },
    (_, index) => from + index * seconds,
  )
}

/** Prometheus drops a target that vanished from discovery a moment later. */
const LETTING_GO = TICK

function podsOf(process: ProcessName, weather: Weather, day: Omit<Day, 'pods'>): Pod[] {
  const { ticks, lasts } = day
  const ofProcess = (event: { process?: ProcessName }) => event.process === process
  const deploys = day.weather.events
    .filter((event) => event.kind === 'deploy')
    .filter(ofProcess)
    .map(({ at }) => at * MINUTE)
  const restarts = day.weather.events
    .filter((event) => event.kind === 'restart')
    .filter(ofProcess)
    .map(({ at }) => at * MINUTE)
  const gone = day.causes('process gone').filter(ofProcess).flatMap(actingSpans)
  const lost = day
    .causes('target lost')
    .filter(ofProcess)
    .flatMap(actingSpans)
    .map(([from, until]): Span => [from + LETTING_GO, until])
  const loops = day.causes('crash loop').filter(ofProcess)
  const chance = day.random(`scrapes of ${process}`)
  const replaced = day
    .causes('pods replaced')
    .filter(ofProcess)
    .flatMap((cause) => actingSpans(cause).flatMap((span) => every(span, cause.life)))
  return Array.from({ length: weather.replicas[process] }, (_, replica) => {
    const turns = [
      0,
      ...deploys.map((at) => at + replica * 60),
      ...(replica === 0 ? replaced : []),
    ].sort((one, other) => one - other)
    return turns.map((born, generation) => {
      // The new pod is ready before the old one is asked to leave.
      const next = turns[generation + 1]
      const life: Span = [born, next === undefined ? Number.POSITIVE_INFINITY : next + 45]
      const own = loops.filter(({ all }) => all || replica === 0)
      const away: Span[] = [
        ...gone,
        ...own.flatMap((loop) => actingSpans(loop).flatMap((span) => crashes(span, loop.life))),
        ...restarts
          .filter((_, index) => index % weather.replicas[process] === replica)
          .map((at): Span => [at, at + 40]),
      ].sort((one, other) => one[0] - other[0])
      const name = `${process}-${replica}-${generation}`
      const began = new Float64Array(ticks).fill(Number.NaN)
      const known = new Uint8Array(ticks)
      let start = born === 0 ? -3 * HOUR : born + STARTS
      let upcoming = 0
      for (let tick = 0; tick < ticks; tick += 1) {
        const now = tick * TICK
        while (upcoming < away.length && (away[upcoming]?.[1] ?? 0) <= now) {
          start = Math.max(start, away[upcoming]?.[1] ?? start)
          upcoming += 1
        }
        const isThere = now >= life[0] && now < life[1]
        known[tick] = isThere && !isWithin(now, lost) ? 1 : 0
        const isUp = isThere && now >= start && !isWithin(now, away)
        const isLost = chance.chance(weather.noise.lostScrapes)
        if (isUp && known[tick] === 1 && !isLost) began[tick] = start
      }
      return {
        process,
        name,
        labels: {
          env: 'stage',
          namespace: 'stage',
          job: targets[process].job,
          pod: name,
          instance: `${name}:${targets[process].port}`,
        },
        began,
        known,
      }
    })
  })
    .flat()
    .filter(({ known }) => known.includes(1) && lasts > 0)
}

/** A series of a pod that says how something is; its own labels win over the target's. */
export function gauge(
  day: Day,
  pod: Pod,
  name: string,
  labels: Readonly<Record<string, string>>,
  at: (second: number, tick: number) => number | undefined,
): Track {
  const values = new Float64Array(day.ticks).fill(Number.NaN)
  for (let tick = 0; tick < day.ticks; tick += 1) {
    if (!Number.isNaN(pod.began[tick])) values[tick] = at(tick * TICK, tick) ?? Number.NaN
  }
  return { name, labels: { ...pod.labels, service: pod.process, ...labels }, values }
}

/** A series of a pod that grows between scrapes and begins again with each of its processes. */
export function counter(
  day: Day,
  pod: Pod,
  name: string,
  labels: Readonly<Record<string, string>>,
  growth: (second: number, tick: number) => number,
): Track {
  let total = 0
  let life = Number.NaN
  return gauge(day, pod, name, labels, (second, tick) => {
    const began = pod.began[tick] ?? Number.NaN
    if (began !== life) total = 0
    life = began
    total += growth(second, tick)
    return total
  })
}

/** An instant of the rules' clock, as a process with that much skew writes it. */
export const instant = (second: number, skew = 0) => ORIGIN + Math.round(second) + skew

/** The pods of a process that answer at a tick. */
export const answering = (day: Day, process: ProcessName, tick: number): readonly Pod[] =>
  day.pods[process].filter(({ began }) => !Number.isNaN(began[tick]))

/** How often something happens by chance when it happens `mean` times on average. */
export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0
  if (mean > 40) {
    // Six uniform numbers make a bell good enough for counts of this size.
    const bell =
      Array.from({ length: 6 }, () => random.between(0, 1_000_000) / 1_000_000).reduce(
        (sum, one) => sum + one,
        0,
      ) - 3
    return Math.max(0, Math.round(mean + bell * Math.sqrt(2 * mean)))
  }
  let times = 0
  for (let at = random.waiting(1); at < mean; at += random.waiting(1)) times += 1
  return times
}
