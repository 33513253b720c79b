import type { Entity } from './entities.ts'
import { migratedChatId } from './faults.ts'

/** A chat the bot may write to. */
export type Chat = {
  readonly id: number
  readonly title: string
  readonly type: 'private' | 'group' | 'supergroup' | 'channel'
  /** The topics of a forum; a message for any other one is refused. */
  readonly topics: readonly number[]
}

/** A message that arrived. `raw` is what was sent, `text` what a person sees. */
export type Message = {
  readonly id: number
  readonly at: number
  readonly chatId: number
  readonly raw: string
  readonly text: string
  readonly entities: readonly Entity[]
  readonly parseMode: string
  readonly silent: boolean
  readonly topic: number | undefined
}

export type Chats = ReturnType<typeof createChats>

/** The bot's chats and everything that was written there. */
export function createChats(chatId: number) {
  const chats = new Map<number, Chat>()
  let messages: Message[] = []
  let lastId = 0
  const put = (chat: Pick<Chat, 'id'> & Partial<Chat>): void => {
    const known = chats.get(chat.id)
    const type = chat.id > 0 ? 'private' : 'supergroup'
    chats.set(chat.id, { title: 'Operations', type, topics: [], ...known, ...chat })
  }
  put({ id: chatId })
  put({ id: migratedChatId, title: 'Operations, upgraded' })
  return {
    put,
    get: (id: number): Chat | undefined => chats.get(id),
    all: (): readonly Chat[] => [...chats.values()],
    add(message: Omit<Message, 'id'>): Message {
      lastId += 1
      const added = { id: lastId, ...message }
      messages.push(added)
      return added
    },
    /** The messages with a higher id than `after`, oldest first. */
    messages: (after = 0): readonly Message[] => messages.filter(({ id }) => id > after),
    /** Forgets the messages; ids go on rising. */
    forget(): void {
      messages = []
    },
  }
}
