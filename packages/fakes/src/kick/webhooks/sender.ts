import type { Clock } from '../../clock.ts'
import type { FaultRegistry } from '../../faults/registry.ts'
import { pause } from '../../http/connection.ts'
import type { Kick } from '../kick.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { ulid } from '../ulid.ts'
import { type Draft, type Signed, sign } from './delivery.ts'
import { type EventType, eventBody } from './events.ts'
import { findVariant, type VariantName } from './variants.ts'

/** One attempt to deliver one event. */
export type Delivery = Result & {
  readonly at: number
  readonly messageId: string
  readonly type: string
  readonly broadcasterUserId: number
}

/** An event that happens on a channel. */
export type Emitted = {
  readonly type: EventType
  readonly broadcasterUserId: number
  /** Replaces fields of the made-up body. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** A delivery that is asked for directly, whether or not anybody has subscribed. */
export type DeliveryRequest = Emitted & {
  readonly variant?: VariantName | undefined
  /** The same id in two orders makes a duplicate. */
  readonly messageId?: string | undefined
  /** @default one of the application's subscriptions, if it has any */
  readonly subscriptionId?: string | undefined
  /** Instead of the configured target. */
  readonly url?: string | undefined
}

type Parts = { kick: Kick; faults: FaultRegistry; clock: Clock; target: string | undefined }

export type WebhookSender = ReturnType<typeof createWebhookSender>

/** Kick's webhook sender: one target for the whole application, no retries. */
export function createWebhookSender({ kick, faults, clock, target: firstTarget }: Parts) {
  let target = firstTarget
  let deliveries: Delivery[] = []
  const queue = createOvertaking()
  const unsubscriber = createUnsubscriber(kick.subscriptions, clock)

  async function deliver(order: DeliveryRequest, subscriptionId: string): Promise<Delivery[]> {
    const active = faults.take('kick-webhooks', order.type)
    if (active?.name === 'silent') return []
    if (active?.name === 'late') await pause(active.seconds)
    if (active?.name === 'out-of-order') await queue.letOneOvertake(active.seconds)
    const url = order.url ?? target
    if (url === undefined) return []
    const made = requests(order, subscriptionId, order.variant ?? active?.name)
    const sent: Delivery[] = []
    for (const { messageId, signed } of made) {
      const { type, broadcasterUserId } = order
      const result = await post(url, signed)
      sent.push({ at: clock(), messageId, type, broadcasterUserId, ...result })
      unsubscriber.evaluate(type, result.outcome, active?.name === 'impatient')
    }
    queue.overtake()
    deliveries = [...deliveries, ...sent].slice(-2000)
    return sent
  }

  function requests(
    order: DeliveryRequest,
    subscriptionId: string,
    variantName: string | undefined,
  ) {
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
    const variant = findVariant(variantName)
    const drafts = variant?.before?.(draft) ?? [draft]
    return drafts.flatMap((one) => {
      const signed = sign(one, kick.keys, variant?.signer)
      const all: readonly Signed[] = variant?.after?.(signed) ?? [signed]
      return all.map((last) => ({ messageId: one.messageId, signed: last }))
    })
  }

  return {
    setTarget(url: string | undefined): void {
      target = url
    },
    target: (): string | undefined => target,
    /** Emits an event: every subscription to it gets a delivery, all at once. */
    async emit(event: Emitted): Promise<Delivery[]> {
      const { type, broadcasterUserId } = event
      const subscribed = kick.subscriptions.matching({ broadcasterUserId, event: type })
      const sent = await Promise.all(subscribed.map(({ id }) => deliver(event, id)))
      return sent.flat()
    },
    /** Delivers exactly what was ordered. */
    send(order: DeliveryRequest): Promise<Delivery[]> {
      const { type, broadcasterUserId } = order
      const [own] = kick.subscriptions.matching({ broadcasterUserId, event: type })
      const [any] = own ? [own] : kick.subscriptions.matching({})
      return deliver(order, order.subscriptionId ?? any?.id ?? ulid(clock()))
    },
    deliveries: (): readonly Delivery[] => deliveries,
    forget(): void {
      deliveries = []
    },
  }
}

/** What became of one delivery. `outcome` is the status or how the request failed. */
export type Result = {
  readonly outcome: string
  readonly milliseconds: number
  readonly answer: string
}

/** Kick gives up after about a second. */
const patience = 1000

/** Delivers one request; never throws. */
async function post(url: string, { method, headers, text }: Signed): Promise<Result> {
  const started = performance.now()
  const done = (outcome: string, answer: string): Result => ({
    outcome,
    milliseconds: Math.round(performance.now() - started),
    answer,
  })
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.timeout(patience),
      ...(method === 'POST' && { body: text }),
    })
    return done(String(response.status), (await response.text()).slice(0, 500))
  } catch (error) {
    return done(reasonOf(error), '')
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timeout'
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed'
}

const aDay = 86_400_000

/** Kick's endurance: an event that fails for over a day is unsubscribed for the application. */
function createUnsubscriber(subscriptions: Subscriptions, clock: Clock) {
  const failingSince = new Map<string, number>()
  return {
    /** Takes note of an outcome; `atOnce` spares the day of waiting. */
    evaluate(type: string, outcome: string, atOnce: boolean): void {
      if (outcome === '200') {
        failingSince.delete(type)
        return
      }
      const since = failingSince.get(type) ?? clock()
      failingSince.set(type, since)
      if (atOnce || clock() - since > aDay) subscriptions.drop({ event: type })
    },
  }
}

/** Lets one delivery wait until another one has overtaken it. */
function createOvertaking() {
  let waiting: (() => void) | undefined
  return {
    /** Waits for the next delivery, at most so many seconds; who comes second does not wait. */
    async letOneOvertake(seconds: number): Promise<void> {
      if (waiting !== undefined) return
      await new Promise<void>((resolve) => {
        waiting = resolve
        setTimeout(resolve, seconds * 1000).unref()
      })
      waiting = undefined
    },
    /** Says that a delivery has been made. */
    overtake(): void {
      waiting?.()
    },
  }
}
