import type { Random } from '@verifluence/testkit'
import { groupBy } from './group-by.ts'
import type { Life } from './life/life.ts'
import type { MonthFailure, Theme } from './theme.ts'
import { HOUR, MONTH, type Span, TICK } from './time.ts'

/** How often each failure strikes in the month. */
export const TIMES = 10

/** A failure at a moment. */
export interface Strike {
  readonly failure: MonthFailure
  readonly span: Span
}

/** After a failure its traces must have left every window that is looked at. */
const RECOVERY = HOUR

/**
 * Draws the moments: each lane is cut into equal stretches, one a strike, so that failures of a lane
 * never meet; within its stretch a strike may come at any second at which it can be noticed. A stretch
 * in which one failure could not be noticed takes another.
 *
 * @throws Error naming the failures that are left when no stretch takes them.
 */
export function drawMoments({ failures }: Theme, ordinary: Life, random: Random): Strike[] {
  const lanes = groupBy(failures, ({ lane = '' }) => lane)
  return [...lanes.values()].flatMap((inLane) => {
    const due = inLane.flatMap((failure) => Array<MonthFailure>(TIMES).fill(failure))
    const left = shuffled(due, random)
    const stretch = MONTH / left.length
    return due.map((_, index): Strike => {
      const from = index * stretch
      for (const [place, failure] of left.entries()) {
        const span = draw(failure, [from, from + stretch], ordinary, random)
        if (span === undefined) continue
        left.splice(place, 1)
        return { failure, span }
      }
      const names = new Set(left.map(({ name }) => name))
      throw new Error(`${[...names].join(', ')} cannot strike ${TIMES} times in a month`)
    })
  })
}

const TRIES = 200

function draw(
  failure: MonthFailure,
  [from, until]: Span,
  life: Life,
  random: Random,
): Span | undefined {
  const latest = Math.floor(until - failure.lasts - RECOVERY)
  if (latest <= from) return undefined
  for (let tried = 0; tried < TRIES; tried += 1) {
    const at = random.between(Math.ceil(from) + TICK, latest)
    const span: Span = [at, at + failure.lasts]
    if (failure.when?.(life, span) ?? true) return span
  }
  return undefined
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items]
  return items.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as Item)
}
