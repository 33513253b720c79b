/** An emote and where it stands: zero-based, `e` being the position of its closing bracket. */
export interface Emote {
  readonly emote_id: string
  readonly positions: { readonly s: number; readonly e: number }[]
}

const TOKEN = /\[emote:(\d+):[^\]]*\]/g

/** The emotes of a chat text such as `hey [emote:1:Wave]`, in order of first appearance. */
export const emotesIn = (content: string): Emote[] => {
  const emotes = new Map<string, Emote>()
  for (const { 0: token, 1: id = '', index } of content.matchAll(TOKEN)) {
    const emote = emotes.get(id) ?? { emote_id: id, positions: [] }
    emote.positions.push({ s: index, e: index + token.length - 1 })
    emotes.set(id, emote)
  }
  return [...emotes.values()]
}
