const UNSTORABLE = /\0|\p{Surrogate}/u

/**
 * Parses a body. What PostgreSQL cannot store in text, NUL and half surrogate pairs, is replaced: a
 * chat message must not fail for a character.
 * @throws SyntaxError when it is no JSON.
 */
export const readBody = (bytes: Buffer): unknown =>
  JSON.parse(bytes.toString('utf8'), (_key, value: unknown) =>
    typeof value === 'string' && UNSTORABLE.test(value) ? storable(value) : value,
  )

const storable = (text: string) => Buffer.from(text).toString('utf8').replaceAll('\0', '\uFFFD')
