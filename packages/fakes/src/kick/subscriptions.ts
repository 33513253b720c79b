import { type Clock, toSeconds } from '../clock.ts'
import { ulid } from './ulid.ts'

/** One event subscription of the application. */
export type Subscription = {
  readonly id: string
  readonly broadcasterUserId: number
  readonly event: string
  readonly version: number
  readonly createdAt: string
}

export type SubscriptionFilter = {
  readonly broadcasterUserId?: number | undefined
  readonly event?: string | undefined
}

/** What can go wrong with a new subscription: Kick never serves it, or makes a second one. */
export type SubscriptionOddity = { readonly vanished?: boolean; readonly doubled?: boolean }

export type Subscriptions = ReturnType<typeof createSubscriptions>

/** The event subscriptions of the one application this Kick knows; there may be 100,000. */
export function createSubscriptions(clock: Clock) {
  const byId = new Map<string, Subscription>()
  const byBroadcaster = new Map<number, Set<Subscription>>()
  const counts = new Map<string, number>()

  const candidates = (broadcasterUserId: number | undefined): Iterable<Subscription> =>
    broadcasterUserId === undefined ? byId.values() : (byBroadcaster.get(broadcasterUserId) ?? [])
  const matching = ({ broadcasterUserId, event }: SubscriptionFilter): readonly Subscription[] =>
    [...candidates(broadcasterUserId)].filter((one) => (event ?? one.event) === one.event)
  const count = (event: string, by: number): void => {
    counts.set(event, (counts.get(event) ?? 0) + by)
  }
  const remove = (id: string): void => {
    const gone = byId.get(id)
    if (gone === undefined) return
    byId.delete(id)
    byBroadcaster.get(gone.broadcasterUserId)?.delete(gone)
    count(gone.event, -1)
  }
  return {
    matching,
    remove,
    /** How many subscriptions there are for an event. */
    count: (event: string): number => counts.get(event) ?? 0,
    /** Subscribes; an existing subscription is returned again. */
    add(
      wanted: Pick<Subscription, 'broadcasterUserId' | 'event' | 'version'>,
      { vanished, doubled }: SubscriptionOddity = {},
    ): Subscription {
      const existing = matching(wanted).find(({ version }) => version === wanted.version)
      if (existing !== undefined && !doubled) return existing
      const created = { id: ulid(clock()), ...wanted, createdAt: toSeconds(clock()) }
      if (vanished) return created
      const own = byBroadcaster.get(wanted.broadcasterUserId) ?? new Set()
      byBroadcaster.set(wanted.broadcasterUserId, own.add(created))
      byId.set(created.id, created)
      count(wanted.event, 1)
      return created
    },
    /** Drops what matches, as Kick does on its own at times. Returns how many. */
    drop(filter: SubscriptionFilter): number {
      const dropped = matching(filter)
      for (const { id } of dropped) remove(id)
      return dropped.length
    },
  }
}
