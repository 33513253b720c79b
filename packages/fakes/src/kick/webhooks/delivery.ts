import { toSeconds } from '../../clock.ts'
import type { KeyRing } from '../keys.ts'

/** An event before it is signed. `text` is the body as it will be sent. */
export type Draft = {
  readonly messageId: string
  readonly subscriptionId: string
  readonly at: number
  readonly type: string
  readonly version: string
  readonly text: string
}

/** A request to the receiver, ready to go. */
export type Signed = {
  readonly method: 'POST' | 'GET'
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Whose key signs. */
export type Signer = 'kick' | 'stranger'

/** Signs `messageId.timestamp.body`, as Kick does, and sets Kick's six headers. */
export function sign(draft: Draft, keys: KeyRing, signer: Signer = 'kick'): Signed {
  const timestamp = toSeconds(draft.at)
  const bytes = Buffer.from(`${draft.messageId}.${timestamp}.${draft.text}`)
  return {
    method: 'POST',
    headers: {
      'user-agent': 'Go-http-client/1.1',
      accept: 'application/json',
      'content-type': 'application/json',
      'kick-event-message-id': draft.messageId,
      'kick-event-subscription-id': draft.subscriptionId,
      'kick-event-signature': signer === 'kick' ? keys.sign(bytes) : keys.signAsStranger(bytes),
      'kick-event-message-timestamp': timestamp,
      'kick-event-type': draft.type,
      'kick-event-version': draft.version,
    },
    text: draft.text,
  }
}
