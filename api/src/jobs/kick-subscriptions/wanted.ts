import { KICK_EVENT_TYPES } from '../../catalogue/values.ts'
import type { EventKind, ListedSubscription } from '../../clients/kick/subscriptions.ts'

/** Every event of every active streamer is wanted. */
export const WANTED_EVENTS: readonly EventKind[] = KICK_EVENT_TYPES.map((name) => ({
  name,
  version: 1,
}))

/** Says of an event of a channel whether the app has a subscription to it. */
export type Coverage = (kickUserId: number, event: EventKind) => boolean

/**
 * What a list of subscriptions covers, whoever made them: events go to the app's one webhook
 * address, so a second subscription by this deployment would only double them.
 */
export function coverageOf(listed: readonly ListedSubscription[]): Coverage {
  const covered = new Set(listed.map((each) => keyOf(each.kickUserId, each)))
  return (kickUserId, event) => covered.has(keyOf(kickUserId, event))
}

/** One text for a channel's event in one version. */
export function keyOf(kickUserId: number, event: EventKind): string {
  return `${kickUserId} ${event.name} ${event.version}`
}
