import { MINUTE, type Span, TICK } from '../../month/time.ts'
import { actingSpans, answering, type Day } from '../day.ts'
import type { ProcessName } from '../weather.ts'

/** Stretches without a process that answers: what it would have exported cannot be seen. */
export function awaySpans(day: Day, process: ProcessName): Span[] {
  const spans: [number, number][] = []
  for (let tick = 0; tick < day.ticks; tick += 1) {
    if (answering(day, process, tick).length > 0) continue
    const last = spans.at(-1)
    if (last && last[1] === tick * TICK) last[1] += TICK
    else spans.push([tick * TICK, (tick + 1) * TICK])
  }
  // A crash loop that comes up for moments shows nothing either.
  return spans.filter(([from, until]) => until - from > MINUTE)
}

/** Stretches in which the database explains whatever fails. */
export const databaseGone = (day: Day): Span[] => day.causes('database gone').flatMap(actingSpans)

export const crashing = (day: Day, process: ProcessName): Span[] =>
  day
    .causes('crash loop')
    .filter((loop) => loop.process === process)
    .flatMap(actingSpans)
