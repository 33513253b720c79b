/** What a markup yields past its end. */
export const end = '\0'

/** The character at an index; {@link end} past the last one. */
export const at = (markup: string, index: number): string => markup[index] ?? end

/** White space as tdlib sees it, which includes the end of the text. */
export const isSpace = (char: string): boolean => ' \t\r\n\0\v'.includes(char)

/** The first index from `index` on whose character does not fulfil the condition. */
export function skip(markup: string, index: number, condition: (char: string) => boolean): number {
  let here = index
  while (condition(at(markup, here))) here += 1
  return here
}

/** Skips white space, but never the end of the text. */
export const skipSpaces = (markup: string, index: number): number =>
  skip(markup, index, (char) => char !== end && isSpace(char))

/** Only A to Z become small. */
export const toLower = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Ends the reading with a sentence that names the place in UTF-8 bytes. */
export function refuse(sentence: string, markup: string, index: number): never {
  throw new SyntaxError(`${sentence} at byte offset ${Buffer.byteLength(markup.slice(0, index))}`)
}
