/** The tags Telegram knows that a template of ours could use. */
const TAGS = ['b', 'i', 'a', 'code', 'pre']

/**
 * What Telegram's Bot API would refuse in an HTML message, after the rules its own parser follows
 * (https://core.telegram.org/bots/api#html-style); nothing when it would be delivered.
 */
export const telegramRefusal = (html: string): string | undefined => {
  const open: string[] = []
  for (const [tag, slash = '', name = ''] of html.matchAll(/<(\/?)([a-zA-Z0-9-]*)[^>]*>?/g)) {
    if (!tag.endsWith('>')) return `Unclosed start tag: ${tag}`
    if (!TAGS.includes(name)) return `Unsupported start tag "${name}"`
    if (slash === '') open.push(name)
    else if (open.pop() !== name) return `Unmatched end tag </${name}>`
  }
  if (open.length > 0) return `Can't find end tag corresponding to start tag "${open.at(-1)}"`
  // Alertmanager counts the characters before parsing, which is stricter than Telegram itself.
  const length = [...html].length
  return length > 4096 ? `message is too long: ${length}` : undefined
}
