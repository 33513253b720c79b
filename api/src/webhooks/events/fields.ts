import { z } from 'zod'
import { kickInstant } from '../../clients/kick/instant.ts'

/** An instant, or `undefined` where Kick gives none that makes sense. */
export const instant = z.string().nullish().transform(kickInstant)

/** Kick's channel owner: always known. */
export const broadcaster = z.object({ user_id: z.int() })

/** The channel a body is about, where it says so readably. */
export const broadcasterOf = (body: unknown): number | undefined =>
  z.object({ broadcaster }).safeParse(body).data?.broadcaster.user_id

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
