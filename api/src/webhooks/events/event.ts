import type { PoolClient } from 'pg'
import { z } from 'zod'
import { kickInstant } from '../../clients/kick/envelope.ts'

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
export function eachEvent(
  handle: (client: PoolClient, event: KickEvent) => Promise<void>,
): EventHandler {
  return async (client, events) => {
    for (const event of events) await handle(client, event)
  }
}

/** A body that no further try will make readable. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof z.ZodError || error instanceof SyntaxError
}

/** An instant, or `undefined` where Kick gives none that makes sense. */
export const instant = z.string().nullish().transform(kickInstant)

/** Kick's channel owner: always known. */
export const broadcaster = z.object({ user_id: z.int() })

/** The channel a body is about, where it says so readably. */
export function broadcasterOf(body: unknown): number | undefined {
  return z.object({ broadcaster }).safeParse(body).data?.broadcaster.user_id
}

/**
 * The person whom only events of this type have. The type itself is not signed, so it is believed
 * only when the body is one of its own.
 */
export const knownPerson = z
  .object({ user_id: z.int(), username: z.string().nullish() })
  .transform(({ user_id, username }) => ({ id: user_id, name: username ?? null }))

/** Anybody else: anonymous gifters have neither id nor name. */
export const person = z
  .object({ user_id: z.int().nullish(), username: z.string().nullish() })
  .nullish()
  .transform((who) => ({ id: who?.user_id ?? null, name: who?.username ?? null }))

const UNSTORABLE = /\0|\p{Surrogate}/u
/** The only way for those into a body; looking at every value costs more than all other parsing. */
const ESCAPED = /\\u(0000|d[89a-f])/i

/**
 * Parses a body. What PostgreSQL cannot store in text, NUL and half surrogate pairs, is replaced, in
 * names as in values: a chat message must not fail for a character.
 * @throws SyntaxError when it is no JSON.
 */
export function readBody(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  const body: unknown = JSON.parse(text)
  return ESCAPED.test(text) ? storable(body) : body
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([name, inner]) => [storableText(name), storable(inner)]))
}

function storableText(text: string) {
  return UNSTORABLE.test(text)
    ? Buffer.from(text).toString('utf8').replaceAll('\0', '\uFFFD')
    : text
}
