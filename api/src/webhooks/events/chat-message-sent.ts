import { z } from 'zod'
import { emotesIn } from './emotes.ts'
import type { EventHandler } from './event.ts'
import { broadcaster, instant, person } from './fields.ts'

const Body = z.object({
  message_id: z.string().min(1).max(200),
  replies_to: z.object({ message_id: z.string() }).nullish(),
  broadcaster,
  sender: person,
  content: z.string(),
  created_at: instant,
})

/**
 * Stores a chat message under its own id: subscribed twice, Kick delivers it twice, with different
 * delivery ids. Emotes are read from the text, since Kick at times leaves the list out.
 */
export const chatMessageSent: EventHandler = async (client, event) => {
  const message = Body.parse(event.body)
  await client.query({
    name: 'store-chat-message',
    text: `insert into kick_chat_messages
             (message_id, kick_user_id, sender_id, sender_name, content, emotes, replies_to, sent_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict do nothing`,
    values: [
      message.message_id,
      message.broadcaster.user_id,
      message.sender.id,
      message.sender.name,
      message.content,
      JSON.stringify(emotesIn(message.content)),
      message.replies_to?.message_id ?? null,
      message.created_at ?? event.sentAt,
    ],
  })
  return 'ok'
}
