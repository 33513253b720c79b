import { at, isSpace, refuse, skip, skipSpaces, toLower } from './characters.ts'

/**
 * Reads the end tag whose `<` is at `begin`; it must close `open`, unless it is a bare `</>`.
 * Returns the index behind its `>`.
 * @throws SyntaxError in Telegram's words
 */
export function readEndTag(markup: string, begin: number, open: string | undefined): number {
  if (open === undefined) refuse('Unexpected end tag', markup, begin)
  const nameEnd = skip(markup, begin + 2, (char) => !isSpace(char) && char !== '>')
  const name = toLower(markup.slice(begin + 2, nameEnd))
  const close = skipSpaces(markup, nameEnd)
  if (at(markup, close) !== '>') refuse('Unclosed end tag', markup, begin)
  if (name !== '' && name !== open) {
    throw new SyntaxError(
      `Unmatched end tag at byte offset ${Buffer.byteLength(markup.slice(0, begin))}, expected "</${open}>", found "</${name}>"`,
    )
  }
  return close + 1
}
