import { KICK_EVENT_TYPES, type WEBHOOK_EVENT_TYPES } from '../catalogue/values.ts'

export type KickEventType = (typeof KICK_EVENT_TYPES)[number]
export type EventTypeLabel = (typeof WEBHOOK_EVENT_TYPES)[number]

const known = new Set<string>(KICK_EVENT_TYPES)

export const isKnown = (type: string): type is KickEventType => known.has(type)

/** The label of an event type: an unauthenticated header never makes a series of its own. */
export const labelOf = (type: string | undefined): EventTypeLabel => {
  if (!type) return 'unknown'
  return isKnown(type) ? type : 'other'
}
