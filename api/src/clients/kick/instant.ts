/**
 * An instant as Kick writes it: RFC 3339, up to nine digits of fraction, with `Z` or an offset. Kick
 * stands for "no time" with Go's zero time, the year 1.
 *
 * @returns `undefined` for no time, null, and text that is no time.
 */
export function kickInstant(text: string | null | undefined): Date | undefined {
  if (!text) return undefined
  const instant = new Date(text)
  return instant.getTime() > 0 ? instant : undefined
}
