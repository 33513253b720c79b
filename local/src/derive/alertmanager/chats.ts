import { z } from 'zod'

/** A Telegram chat of the configuration, with the topics that are written to. */
export type Chat = { readonly id: number; readonly topics: number[] }

const configSchema = z.looseObject({
  receivers: z.array(
    z.looseObject({
      telegram_configs: z
        .array(z.looseObject({ chat_id: z.number(), message_thread_id: z.number().optional() }))
        .default([]),
    }),
  ),
})

/** Every chat the receivers of an Alertmanager configuration write to. */
export function chatsOf(config: unknown): Chat[] {
  const chats = new Map<number, Chat>()
  const telegram = configSchema.parse(config).receivers.flatMap((each) => each.telegram_configs)
  for (const { chat_id: id, message_thread_id: topic } of telegram) {
    const chat = chats.get(id) ?? { id, topics: [] }
    if (topic !== undefined) chat.topics.push(topic)
    chats.set(id, chat)
  }
  return [...chats.values()]
}
