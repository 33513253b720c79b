const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const pattern = /&(?:#x([\da-fA-F]*)|#(\d*)|([a-zA-Z]*));?/y
const longest = 10

/** A character reference: what it stands for and the index behind it. */
export type Reference = { readonly text: string; readonly next: number }

/**
 * Reads a character reference at `index`. Telegram knows four names and the numeric ones, and
 * does not insist on the semicolon; whatever else starts with `&` stays as it is (undefined).
 */
export function readReference(markup: string, index: number): Reference | undefined {
  pattern.lastIndex = index
  const match = pattern.exec(markup)
  if (match === null) return undefined
  const [whole, hex, decimal, name] = match
  const next = index + whole.length
  if (name !== undefined) {
    const text = Object.hasOwn(named, name) ? named[name] : undefined
    return text === undefined ? undefined : { text, next }
  }
  const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16)
  const length = whole.endsWith(';') ? whole.length - 1 : whole.length
  const isCharacter = code > 0 && code < 0x10ffff && length < longest
  return isCharacter ? { text: String.fromCodePoint(code), next } : undefined
}
