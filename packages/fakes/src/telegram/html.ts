import { type Entity, type Formatted, inOrder, type Unreadable } from './entities.ts'

const strayHalf = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/**
 * Reads Telegram's HTML by the rules of tdlib (`parse_html` in td/telegram/MessageEntity.cpp):
 * any `<` starts a tag, few tags exist, tags nest strictly. Offsets in errors are UTF-8 bytes.
 */
export function parseHtml(markup: string): Formatted | Unreadable {
  try {
    return read(markup)
  } catch (error) {
    if (error instanceof SyntaxError) return { error: error.message }
    throw error
  }
}

function read(markup: string): Formatted {
  const open: (StartTag & { readonly offset: number })[] = []
  let entities: readonly Entity[] = []
  let text = ''
  let index = 0
  while (index < markup.length) {
    const char = at(markup, index)
    const reference = char === '&' ? readReference(markup, index) : undefined
    if (reference !== undefined || char !== '<') {
      text += reference?.text ?? char
      index = reference?.next ?? index + 1
    } else if (at(markup, index + 1) !== '/') {
      const tag = readStartTag(markup, index)
      open.push({ ...tag, offset: text.length })
      index = tag.next
    } else {
      const tag = open.at(-1)
      index = readEndTag(markup, index, tag?.name)
      if (tag !== undefined) entities = withEntity(entities, close(tag, text))
      open.pop()
    }
  }
  const left = open.at(-1)
  if (left !== undefined) {
    throw new SyntaxError(`Can't find end tag corresponding to start tag "${left.name}"`)
  }
  if (strayHalf.test(text)) {
    throw new SyntaxError(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    )
  }
  return { text, entities: inOrder(entities).map(withoutIdleLanguage) }
}

const close = (tag: StartTag & { readonly offset: number }, text: string) => ({
  ...tag,
  length: text.length - tag.offset,
  content: text.slice(tag.offset),
})

/** A language counts only inside `pre`. */
function withoutIdleLanguage(entity: Entity): Entity {
  if (entity.type !== 'code') return entity
  const { language: _, ...code } = entity
  return code
}

/** A start tag: its name, the one attribute it cares for, and the index behind its `>`. */
type StartTag = { readonly name: string; readonly argument: string; readonly next: number }

/** Reads the start tag whose `<` is at `begin`. @throws SyntaxError in Telegram's words */
function readStartTag(markup: string, begin: number): StartTag {
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

/**
 * Reads the end tag whose `<` is at `begin`; it must close `open`, unless it is a bare `</>`.
 * Returns the index behind its `>`.
 * @throws SyntaxError in Telegram's words
 */
function readEndTag(markup: string, begin: number, open: string | undefined): number {
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

/** A tag that was opened and closed, and the stretch of text it holds. */
type Closed = {
  readonly name: string
  readonly argument: string
  readonly offset: number
  readonly length: number
  readonly content: string
}

/**
 * The entities after a tag was closed. A link that leads nowhere makes none; `pre` and `code`
 * with a language around the same text become one.
 */
function withEntity(entities: readonly Entity[], closed: Closed): readonly Entity[] {
  const { name, argument, offset, length, content } = closed
  if (length === 0) return entities
  const kind = tags[name] ?? name
  const before = entities.at(-1)
  const twin = before?.offset === offset && before.length === length ? before : undefined
  switch (kind) {
    case 'link': {
      const url = toUrl(argument === '' ? content : argument)
      return url === undefined
        ? entities
        : [...entities, { type: 'text_link', offset, length, url }]
    }
    case 'emoji':
      if (!/^[1-9]\d*$/.test(argument)) {
        throw new SyntaxError('Invalid custom emoji identifier specified')
      }
      return [...entities, { type: 'custom_emoji', offset, length, custom_emoji_id: argument }]
    case 'time':
      return [...entities, { type: 'date_time', offset, length }]
    case 'quote':
      return [
        ...entities,
        { type: argument === '' ? 'blockquote' : 'expandable_blockquote', offset, length },
      ]
    case 'pre':
      if (twin?.type === 'code' && twin.language !== undefined) {
        return [...entities.slice(0, -1), { ...twin, type: 'pre' }]
      }
      return [...entities, { type: 'pre', offset, length }]
    case 'code':
      if (twin?.type === 'pre' && twin.language === undefined && argument !== '') {
        return [...entities.slice(0, -1), { ...twin, language: argument }]
      }
      return [
        ...entities,
        { type: 'code', offset, length, ...(argument !== '' && { language: argument }) },
      ]
    default:
      return [...entities, { type: kind, offset, length }]
  }
}

/** A web address as Telegram keeps it: with scheme and path; undefined when the text is none. */
function toUrl(text: string): string | undefined {
  const absolute = /^[a-z][a-z\d+.-]*:/i.test(text) ? text : `http://${text}`
  if (/\s/.test(absolute) || !URL.canParse(absolute)) return undefined
  const { protocol, hostname } = new URL(absolute)
  if (protocol === 'tg:') return absolute
  const isWeb = ['http:', 'https:', 'ftp:', 'ton:', 'tonsite:'].includes(protocol)
  const isNamed = hostname.includes('.') || hostname === 'localhost'
  return isWeb && isNamed ? absolute.replace(/^([a-z]+:\/\/[^/?#]+)($|[?#])/i, '$1/$2') : undefined
}

type Kind = Entity['type'] | 'link' | 'code-block' | 'emoji' | 'time' | 'quote'

/** Every tag that Telegram reads and what it makes of its content. */
const tags: Readonly<Record<string, Kind>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  a: 'link',
  pre: 'pre',
  code: 'code',
  blockquote: 'quote',
  'tg-emoji': 'emoji',
  'tg-time': 'time',
}

/** What an attribute means to its tag; undefined when the tag does not care. */
function argumentOf(tag: string, name: string, value: string): string | undefined {
  switch (`${tag} ${name}`) {
    case 'a href':
    case 'tg-emoji emoji-id':
    case 'tg-time unix':
      return value
    case 'code class':
      return value.startsWith('language-') ? value.slice('language-'.length) : undefined
    case 'span class':
      return value.startsWith('tg-') ? value.slice('tg-'.length) : undefined
    case 'blockquote expandable':
      return 'expandable'
    default:
      return undefined
  }
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const pattern = /&(?:#x([\da-fA-F]*)|#(\d*)|([a-zA-Z]*));?/y
const longest = 10

/** A character reference: what it stands for and the index behind it. */
type Reference = { readonly text: string; readonly next: number }

/**
 * Reads a character reference at `index`. Telegram knows four names and the numeric ones, and
 * does not insist on the semicolon; whatever else starts with `&` stays as it is (undefined).
 */
function readReference(markup: string, index: number): Reference | undefined {
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

/** What a markup yields past its end. */
const end = '\0'

/** The character at an index; {@link end} past the last one. */
const at = (markup: string, index: number): string => markup[index] ?? end

/** White space as tdlib sees it, which includes the end of the text. */
const isSpace = (char: string): boolean => ' \t\r\n\0\v'.includes(char)

/** The first index from `index` on whose character does not fulfil the condition. */
function skip(markup: string, index: number, condition: (char: string) => boolean): number {
  let here = index
  while (condition(at(markup, here))) here += 1
  return here
}

/** Skips white space, but never the end of the text. */
const skipSpaces = (markup: string, index: number): number =>
  skip(markup, index, (char) => char !== end && isSpace(char))

/** Only A to Z become small. */
const toLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** Ends the reading with a sentence that names the place in UTF-8 bytes. */
function refuse(sentence: string, markup: string, index: number): never {
  throw new SyntaxError(`${sentence} at byte offset ${Buffer.byteLength(markup.slice(0, index))}`)
}
