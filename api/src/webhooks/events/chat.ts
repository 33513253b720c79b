import { z } from 'zod'
import { broadcaster, type EventHandler, instant, person } from './event.ts'

/** An emote and where it stands: zero-based, `e` being the position of its closing bracket. */
interface Emote {
  readonly emote_id: string
  readonly positions: { readonly s: number; readonly e: number }[]
}

const TOKEN = /\[emote:(\d+):[^\]]*\]/g

/** The emotes of a chat text such as `hey [emote:1:Wave]`, in order of first appearance. */
function emotesIn(content: string): Emote[] {
  const emotes = new Map<string, Emote>()
  for (const { 0: token, 1: id = '', index } of content.matchAll(TOKEN)) {
    const emote = emotes.get(id) ?? { emote_id: id, positions: [] }
    emote.positions.push({ s: index, e: index + token.length - 1 })
    emotes.set(id, emote)
  }
  return [...emotes.values()]
}

const ChatMessageBody = z.object({
  message_id: z.string().min(1).max(200),
  replies_to: z.object({ message_id: z.string() }).nullish(),
  broadcaster,
  sender: person,
  content: z.string(),
  created_at: instant,
})

const insertMessages = {
  name: 'store-chat-messages',
  text: `insert into kick_chat_messages
           (message_id, kick_user_id, sender_id, sender_name, content, emotes, replies_to, sent_at)
         select * from unnest ($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[],
           $6::jsonb[], $7::text[], $8::timestamptz[])
         on conflict do nothing`,
}

/**
 * Stores chat messages, of which there can be thousands a second, in one statement. A message goes by
 * its own id: subscribed twice, Kick delivers it twice, with different delivery ids. Emotes are read
 * from the text, since Kick at times leaves the list out.
 */
export const chatMessageSent: EventHandler = async (client, events) => {
  const messages = events.map(({ body, sentAt }) => ({ sentAt, ...ChatMessageBody.parse(body) }))
  await client.query({
    ...insertMessages,
    values: [
      messages.map(({ message_id }) => message_id),
      messages.map(({ broadcaster }) => broadcaster.user_id),
      messages.map(({ sender }) => sender.id),
      messages.map(({ sender }) => sender.name),
      messages.map(({ content }) => content),
      messages.map(({ content }) => JSON.stringify(emotesIn(content))),
      messages.map(({ replies_to }) => replies_to?.message_id ?? null),
      messages.map(({ created_at, sentAt }) => created_at ?? sentAt),
    ],
  })
}
