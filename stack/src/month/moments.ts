import type { Random } from '../traffic/random.ts'
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
 * never meet; within its stretch a strike may come at any second at which it can be noticed.
 *
 * @throws Error when a stretch has no such second.
 */
export function drawMoments({ failures }: Theme, ordinary: Life, random: Random): Strike[] {
  const lanes = groupBy(failures, ({ lane = '' }) => lane)
  return [...lanes.values()].flatMap((inLane) => {
    const due = shuffled(
      inLane.flatMap((failure) => Array<MonthFailure>(TIMES).fill(failure)),
      random,
    )
    const stretch = MONTH / due.length
    return due.map((failure, index) => {
      const from = index * stretch
      return { failure, span: draw(failure, [from, from + stretch], ordinary, random) }
    })
  })
}

const TRIES = 10_000

function draw(failure: MonthFailure, [from, until]: Span, life: Life, random: Random): Span {
  const latest = Math.floor(until - failure.lasts - RECOVERY)
  if (latest < from) {
    throw new Error(`${failure.name} lasts too long to strike ${TIMES} times in a month`)
  }
  for (let tried = 0; tried < TRIES; tried += 1) {
    const at = random.between(Math.ceil(from) + TICK, latest)
    const span: Span = [at, at + failure.lasts]
    if (failure.when?.(life, span) ?? true) return span
  }
  throw new Error(`${failure.name} finds no moment between second ${from} and ${until}`)
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items]
  return items.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as Item)
}
