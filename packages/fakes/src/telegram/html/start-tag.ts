import { at, end, isSpace, refuse, skip, skipSpaces, toLower } from './characters.ts'
import { readReference } from './references.ts'
import { argumentOf, tags } from './tags.ts'

/** A start tag: its name, the one attribute it cares for, and the index behind its `>`. */
export type StartTag = { readonly name: string; readonly argument: string; readonly next: number }

/** Reads the start tag whose `<` is at `begin`. @throws SyntaxError in Telegram's words */
export function readStartTag(markup: string, begin: number): StartTag {
  const nameEnd = skip(markup, begin + 1, (char) => !isSpace(char) && char !== '>')
  if (at(markup, nameEnd) === end) refuse('Unclosed start tag', markup, begin)
  const name = toLower(markup.slice(begin + 1, nameEnd))
  if (!Object.hasOwn(tags, name)) refuse(`Unsupported start tag "${name}"`, markup, begin)

  let argument = ''
  let index = skipSpaces(markup, nameEnd)
  while (at(markup, index) !== '>') {
    const attribute = readAttribute(markup, index, name, begin)
    argument = argumentOf(name, attribute.name, attribute.value) ?? argument
    index = skipSpaces(markup, attribute.next)
  }
  if (name === 'span' && argument !== 'spoiler') {
    refuse('Tag "span" must have class "tg-spoiler"', markup, begin)
  }
  return { name, argument, next: index + 1 }
}

type Attribute = { readonly name: string; readonly value: string; readonly next: number }

function readAttribute(markup: string, index: number, tag: string, begin: number): Attribute {
  const nameEnd = skip(markup, index, (char) => !isSpace(char) && !'=>/"\''.includes(char))
  const name = markup.slice(index, nameEnd)
  if (name === '') refuse(`Empty attribute name in the tag "${tag}"`, markup, begin)
  const sign = skipSpaces(markup, nameEnd)
  if (at(markup, sign) === end) refuse(`Unclosed start tag "${tag}"`, markup, begin)
  if (at(markup, sign) !== '=') return { name, value: '', next: sign }
  const start = skipSpaces(markup, sign + 1)
  if (at(markup, start) === end) refuse(`Unclosed start tag "${tag}"`, markup, begin)
  const isQuoted = '\'"'.includes(at(markup, start))
  const { value, next } = isQuoted ? readQuoted(markup, start) : readToken(markup, start)
  if (at(markup, next) === end) refuse('Unclosed start tag', markup, begin)
  return { name, value, next }
}

/** An unquoted value: letters, digits, dots and hyphens. */
function readToken(markup: string, start: number): { value: string; next: number } {
  const next = skip(markup, start, (char) => /[\da-z.-]/i.test(char))
  if (!isSpace(at(markup, next)) && at(markup, next) !== '>') {
    refuse('Unexpected end of name token', markup, start)
  }
  return { value: toLower(markup.slice(start, next)), next }
}

function readQuoted(markup: string, start: number): { value: string; next: number } {
  const quote = at(markup, start)
  let value = ''
  let index = start + 1
  while (at(markup, index) !== quote && at(markup, index) !== end) {
    const reference = at(markup, index) === '&' ? readReference(markup, index) : undefined
    value += reference?.text ?? at(markup, index)
    index = reference?.next ?? index + 1
  }
  return { value, next: at(markup, index) === quote ? index + 1 : index }
}
