/** Repeatable pseudo-random choices. */
export type Random = {
  /** A whole number from low to high, both included. */
  readonly between: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  /** One of the items; undefined when there is none. */
  readonly pick: <Item>(items: readonly Item[]) => Item | undefined
  /** A waiting time with the given mean, spread as people's waiting times are. */
  readonly waiting: (mean: number) => number
  /** A source of its own, so that one actor's choices do not change another's. */
  readonly fork: () => Random
}

/** A repeatable source of chance (mulberry32): the same seed gives the same choices. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length - 1)],
    waiting: (mean) => -Math.log(1 - next()) * mean,
    fork: () => createRandom(between(0, 2 ** 32 - 1)),
  }
}
