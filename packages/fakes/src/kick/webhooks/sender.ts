import type { Clock } from '../../clock.ts'
import { pause } from '../../http/connection.ts'
import type { Switchboard } from '../../moods/switchboard.ts'
import type { Kick } from '../kick.ts'
import { ulid } from '../ulid.ts'
import { type Draft, type Signed, sign } from './delivery.ts'
import { createUnsubscriber } from './endurance.ts'
import { type EventType, eventBody } from './events.ts'
import { createOvertaking } from './overtaking.ts'
import { post, type Result } from './post.ts'
import { findTwist, type TwistName } from './twists.ts'

/** One attempt to deliver one event. */
export type Delivery = Result & {
  readonly at: number
  readonly messageId: string
  readonly type: string
  readonly broadcasterUserId: number
}

/** An event that happens on a channel. */
export type Happening = {
  readonly type: EventType
  readonly broadcasterUserId: number
  /** Replaces fields of the made-up body. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** A delivery that is asked for directly, whether or not anybody has subscribed. */
export type Order = Happening & {
  readonly twist?: TwistName | undefined
  /** The same id in two orders makes a duplicate. */
  readonly messageId?: string | undefined
  /** Instead of the configured target. */
  readonly url?: string | undefined
}

type Parts = { kick: Kick; switchboard: Switchboard; clock: Clock; target: string | undefined }

export type WebhookSender = ReturnType<typeof createWebhookSender>

/** Kick's webhook sender: one target for the whole application, no retries. */
export function createWebhookSender({ kick, switchboard, clock, target: firstTarget }: Parts) {
  let target = firstTarget
  let deliveries: Delivery[] = []
  const queue = createOvertaking()
  const unsubscriber = createUnsubscriber(kick.subscriptions, clock)

  async function deliver(order: Order, subscriptionId: string): Promise<Delivery[]> {
    const active = switchboard.take('kick-webhooks', order.type)
    if (active?.name === 'silent') return []
    if (active?.name === 'late') await pause(active.seconds)
    if (active?.name === 'out-of-order') await queue.letOneOvertake(active.seconds)
    const url = order.url ?? target
    if (url === undefined) return []
    const made = requests(order, subscriptionId, order.twist ?? active?.name)
    const sent: Delivery[] = []
    for (const { messageId, signed } of made) {
      const { type, broadcasterUserId } = order
      const result = await post(url, signed)
      sent.push({ at: clock(), messageId, type, broadcasterUserId, ...result })
      unsubscriber.judge(type, result.outcome, active?.name === 'impatient')
    }
    queue.overtake()
    deliveries = [...deliveries, ...sent].slice(-2000)
    return sent
  }

  function requests(order: Order, subscriptionId: string, twistName: string | undefined) {
    const at = clock()
    const channel =
      kick.channels.get(order.broadcasterUserId) ?? kick.channels.put(order.broadcasterUserId, {})
    const draft: Draft = {
      messageId: order.messageId ?? ulid(at),
      subscriptionId,
      at,
      type: order.type,
      version: '1',
      text: JSON.stringify(eventBody(order.type, { channel, at }, order.body)),
    }
    const twist = findTwist(twistName)
    const drafts = twist?.before?.(draft) ?? [draft]
    return drafts.flatMap((one) => {
      const signed = sign(one, kick.keys, twist?.signer)
      const all: readonly Signed[] = twist?.after?.(signed) ?? [signed]
      return all.map((last) => ({ messageId: one.messageId, signed: last }))
    })
  }

  return {
    setTarget(url: string | undefined): void {
      target = url
    },
    target: (): string | undefined => target,
    /** Something happens: everybody who has subscribed to it is told, all at once. */
    async happen(event: Happening): Promise<Delivery[]> {
      const { type, broadcasterUserId } = event
      const subscribed = kick.subscriptions.matching({ broadcasterUserId, event: type })
      const sent = await Promise.all(subscribed.map(({ id }) => deliver(event, id)))
      return sent.flat()
    },
    /** Delivers exactly what was ordered. */
    send: (order: Order): Promise<Delivery[]> => deliver(order, ulid(clock())),
    deliveries: (): readonly Delivery[] => deliveries,
    forget(): void {
      deliveries = []
    },
  }
}
