import { createRandom, type Random } from '@verifluence/testkit'
import { DAY, hourOf, isWithin, MINUTE, MONTH, type Span } from '../time.ts'
import type { Pod } from '../track.ts'
import { comings, podsOf } from './pods.ts'

/** A month: what people, streamers, Kick and the platform's own changes bring, and what fails in it. */
export interface Life {
  readonly random: Random
  readonly api: readonly Pod[]
  readonly worker: readonly Pod[]
  /** Streams that are live. */
  readonly live: (second: number) => number
  /** Requests to the API between two scrapes, by replica. */
  readonly requests: (second: number) => number
  /** Kick is away for two minutes. */
  readonly outages: readonly Span[]
  /** Prometheus itself is away: nothing is scraped. */
  readonly gaps: readonly Span[]
  /** Whether a failure, by its name, lasts at a moment. */
  readonly fails: (failure: string, second: number) => boolean
  /** Since when it has lasted; undefined while it does not. */
  readonly failsSince: (failure: string, second: number) => number | undefined
}

export type Failures = ReadonlyMap<string, readonly Span[]>

/** A weekend without streams, and the hours that never have one. */
const FREE_DAYS = [12, 13]
const NIGHT = [2, 3, 4, 5, 6]

const live = (second: number): number => {
  const hour = hourOf(second)
  const day = Math.floor(second / DAY)
  if (FREE_DAYS.includes(day) || NIGHT.includes(hour)) return 0
  return hour >= 17 || hour < 1 ? 12 : hour < 10 ? 1 : 4
}

const requests = (second: number): number => {
  const hour = hourOf(second)
  if (hour >= 3 && hour < 5) return 0
  return hour < 7 ? 1 : hour >= 17 ? 40 : 15
}

/** The same seed gives the same month; `failures` are added to it and change nothing else. */
export function createLife(seed: number, failures: Failures): Life {
  const random = createRandom(seed)
  const spans = (name: string) => failures.get(name) ?? []
  const troubles = (kind: Pod['kind']) => ({
    gone: spans(`${kind}-gone`),
    forgotten: spans('no-target'),
    crashing: spans(`${kind}-crashing`),
  })
  const pods = (kind: Pod['kind']) =>
    podsOf(kind, comings(random.fork()), troubles(kind), random.fork())
  const now = random.fork()
  const days = Array.from({ length: MONTH / DAY }, (_, day) => day * DAY)
  return {
    random: random.fork(),
    api: pods('api'),
    worker: pods('worker'),
    live,
    requests,
    outages: days.map((day): Span => {
      const from = day + now.between(0, DAY - 1)
      return [from, from + 2 * MINUTE]
    }),
    gaps: days
      .filter(() => now.chance(0.2))
      .map((day): Span => {
        const from = day + now.between(0, DAY - 1)
        return [from, from + now.between(MINUTE, 2 * MINUTE)]
      }),
    fails: (failure, second) => isWithin(second, spans(failure)),
    failsSince: (failure, second) =>
      spans(failure).find(([from, until]) => second >= from && second < until)?.[0],
  }
}
