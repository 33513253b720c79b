import type { Formatted, Unreadable } from './entities.ts'
import { parseHtml } from './html.ts'

const reserved = ']()>#+-=|{}.!'

/**
 * Reads a text in the given parse mode. HTML is read completely; MarkdownV2 is read as far as
 * the complaint that people meet, an unescaped reserved character, and makes no entities.
 */
export function readMarkup(text: string, parseMode: string): Formatted | Unreadable {
  switch (parseMode.toLowerCase()) {
    case '':
    case 'markdown':
      return { text, entities: [] }
    case 'html':
      return parseHtml(text)
    case 'markdownv2':
      return readMarkdown(text)
    default:
      return { error: 'unsupported parse_mode' }
  }
}

function readMarkdown(text: string): Formatted | Unreadable {
  const bare = text.replace(/\\[\s\S]/g, '')
  const culprit = [...bare].find((char) => reserved.includes(char))
  if (culprit !== undefined) {
    return {
      error: `Character '${culprit}' is reserved and must be escaped with the preceding '\\'`,
    }
  }
  return { text: text.replace(/\\([\s\S])/g, '$1').replace(/[*_~`]/g, ''), entities: [] }
}
