const UNSTORABLE = /\0|\p{Surrogate}/u
/** The only way for those into a body; looking at every value costs more than all other parsing. */
const ESCAPED = /\\u(0000|d[89a-f])/i

/**
 * Parses a body. What PostgreSQL cannot store in text, NUL and half surrogate pairs, is replaced, in
 * names as in values: a chat message must not fail for a character.
 * @throws SyntaxError when it is no JSON.
 */
export const readBody = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8')
  const body: unknown = JSON.parse(text)
  return ESCAPED.test(text) ? storable(body) : body
}

const storable = (value: unknown): unknown => {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([name, inner]) => [storableText(name), storable(inner)]))
}

const storableText = (text: string) =>
  UNSTORABLE.test(text) ? Buffer.from(text).toString('utf8').replaceAll('\0', '\uFFFD') : text
