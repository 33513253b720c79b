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

/** `ignored`: stored and understood to be none of ours. */
export type Effect = 'ok' | 'ignored'

/**
 * Turns one event into rows, within the given transaction. Called again for the same event it must
 * change nothing. Throws when it cannot; that is tried again later.
 */
export type EventHandler = (client: PoolClient, event: KickEvent) => Promise<Effect>

/** A body that no further try will make readable. */
export const isHopeless = (error: unknown): boolean =>
  error instanceof z.ZodError || error instanceof SyntaxError
