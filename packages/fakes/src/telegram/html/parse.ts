import { type Entity, type Formatted, inOrder, type Unreadable } from '../entities.ts'
import { at } from './characters.ts'
import { readEndTag } from './end-tag.ts'
import { withEntity } from './make-entity.ts'
import { readReference } from './references.ts'
import { readStartTag, type StartTag } from './start-tag.ts'

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
