import type { Entity } from '../entities.ts'

type Kind = Entity['type'] | 'link' | 'code-block' | 'emoji' | 'time' | 'quote'

/** Every tag that Telegram reads and what it makes of its content. */
export const tags: Readonly<Record<string, Kind>> = {
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
export function argumentOf(tag: string, name: string, value: string): string | undefined {
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
