const UNSTORABLE = /\0|\p{Surrogate}/u
/** The only way for those into a body; looking at every value costs more than all other parsing. */
const ESCAPED = /\\u(0000|d[89a-f])/i

/**
 * Parses a body. What PostgreSQL cannot store in text, NUL and half surrogate pairs, is replaced: a
 * chat message must not fail for a character.
 * @throws SyntaxError when it is no JSON.
 */
export const readBody = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8')
  return ESCAPED.test(text) ? JSON.parse(text, replaceUnstorable) : JSON.parse(text)
}

const replaceUnstorable = (_key: string, value: unknown) =>
  typeof value === 'string' && UNSTORABLE.test(value) ? storable(value) : value

const storable = (text: string) => Buffer.from(text).toString('utf8').replaceAll('\0', '\uFFFD')
