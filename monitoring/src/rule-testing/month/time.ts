/** Prometheus scrapes and evaluates at this rhythm, in seconds. */
export const TICK = 30
export const MINUTE = 60
export const HOUR = 3_600
export const DAY = 24 * HOUR
export const MONTH = 30 * DAY
export const TICKS = MONTH / TICK

/** From (inclusive) and until (exclusive), in seconds since the begin of the month. */
export type Span = readonly [from: number, until: number]

export const isWithin = (second: number, spans: readonly Span[]): boolean =>
  spans.some(([from, until]) => second >= from && second < until)

/** The hour of the day, in UTC: there is no daylight saving to it. */
export const hourOf = (second: number): number => Math.floor(second / HOUR) % 24
