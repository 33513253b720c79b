import { type Clock, toSeconds } from '../clock.ts'
import { ulid } from './ulid.ts'

/** One event subscription of the application. */
export type Subscription = {
  readonly id: string
  readonly broadcasterUserId: number
  readonly event: string
  readonly version: number
  readonly createdAt: string
  /** Kick answered with its id and yet neither lists nor serves it. */
  readonly vanished: boolean
}

export type SubscriptionFilter = {
  readonly broadcasterUserId?: number | undefined
  readonly event?: string | undefined
}

export type Subscriptions = ReturnType<typeof createSubscriptions>

/** The event subscriptions of the one application this Kick knows. */
export function createSubscriptions(clock: Clock) {
  const byId = new Map<string, Subscription>()
  const matching = (filter: SubscriptionFilter): readonly Subscription[] =>
    [...byId.values()].filter(
      (one) =>
        !one.vanished &&
        (filter.broadcasterUserId ?? one.broadcasterUserId) === one.broadcasterUserId &&
        (filter.event ?? one.event) === one.event,
    )
  return {
    matching,
    /** Subscribes; an existing subscription is returned again unless `doubled`. */
    add(
      wanted: Pick<Subscription, 'broadcasterUserId' | 'event' | 'version'>,
      oddity: { vanished?: boolean; doubled?: boolean } = {},
    ): Subscription {
      const existing = matching(wanted).find((one) => one.version === wanted.version)
      if (existing !== undefined && !oddity.doubled) return existing
      const id = ulid(clock())
      const created = {
        id,
        ...wanted,
        createdAt: toSeconds(clock()),
        vanished: oddity.vanished ?? false,
      }
      byId.set(id, created)
      return created
    },
    remove: (id: string): boolean => byId.delete(id),
    /** Drops what matches, as Kick does on its own at times. Returns how many. */
    drop(filter: SubscriptionFilter): number {
      const dropped = matching(filter)
      for (const { id } of dropped) byId.delete(id)
      return dropped.length
    },
  }
}
