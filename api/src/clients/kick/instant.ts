/** Clocks differ, but not by more. */
const AHEAD_MS = 24 * 3_600_000

/**
 * An instant as Kick writes it: RFC 3339, up to nine digits of fraction, with `Z` or an offset. Kick
 * stands for "no time" with Go's zero time, the year 1. What is told lies in the past: a start in the
 * year 9999 would outlast every later one.
 *
 * @returns `undefined` for no time, null, text that is no time, and what lies far ahead.
 */
export function kickInstant(text: string | null | undefined): Date | undefined {
  if (!text) return undefined
  const instant = new Date(text)
  const makesSense = instant.getTime() > 0 && instant.getTime() < Date.now() + AHEAD_MS
  return makesSense ? instant : undefined
}
