import type { KeyRing } from '@verifluence/fakes/kick'
import { createChannels, type EventType, eventBody, sign, ulid } from '@verifluence/fakes/kick'

const CHANNELS = 200
/** Of twenty events nineteen are chat, as on a day with streams. */
const ONE_IN = 20
const OTHERS: readonly EventType[] = [
  'channel.followed',
  'channel.subscription.new',
  'moderation.banned',
  'kicks.gifted',
  'livestream.metadata.updated',
]

/**
 * Deliveries ready to be written to a socket, each with an id of its own. Signed for a moment four
 * minutes ahead: the receiver takes five either way, so they stay fresh for nine.
 */
export function signDeliveries(keys: KeyRing, count: number): Buffer[] {
  const at = Date.now() + 4 * 60_000
  const channels = createChannels(Date.now)
  return Array.from({ length: count }, (_, index) => {
    const type = index % ONE_IN === 0 ? othersAt(index / ONE_IN) : 'chat.message.sent'
    const channel = channels.put(1_000_000 + (index % CHANNELS), {})
    const { headers, text } = sign(
      {
        messageId: ulid(at),
        subscriptionId: ulid(at),
        at,
        type,
        version: '1',
        text: JSON.stringify(eventBody(type, { channel, at: Date.now() })),
      },
      keys,
    )
    const all = {
      ...headers,
      host: 'api.verifluence.test',
      'content-length': Buffer.byteLength(text),
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.from(`POST /wh/kick HTTP/1.1\r\n${lines.join('')}\r\n${text}`)
  })
}

function othersAt(index: number): EventType {
  return OTHERS[index % OTHERS.length] ?? 'channel.followed'
}
