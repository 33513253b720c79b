/** A formatted stretch of a message; offset and length in UTF-16 units. */
export type Entity = {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly url?: string
  readonly language?: string
  readonly custom_emoji_id?: string
}

/** A text with its markup taken out. */
export type Formatted = { readonly text: string; readonly entities: readonly Entity[] }

/** Why Telegram cannot read a markup, in its own words. */
export type Unreadable = { readonly error: string }

/** Which of two entities around the same text comes first. */
const rank = [
  'blockquote',
  'expandable_blockquote',
  'pre',
  'code',
  'text_link',
  'date_time',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'custom_emoji',
]

/** Telegram's order: by start, the longer one first, then by type. */
export const inOrder = (entities: readonly Entity[]): Entity[] =>
  entities.toSorted(
    (one, other) =>
      one.offset - other.offset ||
      other.length - one.length ||
      rank.indexOf(one.type) - rank.indexOf(other.type),
  )

/** Takes away what Telegram never shows: carriage returns and white space at both ends. */
export function tidy({ text, entities }: Formatted): Formatted {
  const first = Math.min(...entities.map(({ offset }) => offset), text.length)
  const lead = /^[ \n]*/.exec(text.slice(0, first))?.[0].length ?? 0
  const trimmed = text.slice(lead).trimEnd()
  return {
    text: trimmed,
    entities: entities.flatMap((entity) => {
      const offset = entity.offset - lead
      const length = Math.min(entity.length, trimmed.length - offset)
      return length > 0 ? [{ ...entity, offset, length }] : []
    }),
  }
}
