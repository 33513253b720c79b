import type { Entity } from '../entities.ts'
import { tags } from './tags.ts'

/** A tag that was opened and closed, and the stretch of text it holds. */
export type Closed = {
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
export function withEntity(entities: readonly Entity[], closed: Closed): readonly Entity[] {
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
