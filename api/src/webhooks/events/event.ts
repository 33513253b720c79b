import type { PoolClient } from 'pg'
import { z } from 'zod'

/** An event as its handler gets it. */
export interface KickEvent {
  /** Kick's id of the delivery. */
  readonly messageId: string
  readonly eventType: string
  /** When Kick sent it; the only time there is where the body has none. */
  readonly sentAt: Date
  readonly body: unknown
}

/**
 * Turns events of one type into rows, within the given transaction. Called again for the same events
 * it must change nothing. Throws when it cannot; then they are tried again later, each by itself.
 */
export type EventHandler = (client: PoolClient, events: readonly KickEvent[]) => Promise<void>

/** A handler for a type of which there are never many: takes one event after the other. */
export const eachEvent =
  (handle: (client: PoolClient, event: KickEvent) => Promise<void>): EventHandler =>
  async (client, events) => {
    for (const event of events) await handle(client, event)
  }

/** A body that no further try will make readable. */
export const isHopeless = (error: unknown): boolean =>
  error instanceof z.ZodError || error instanceof SyntaxError
