import { z } from 'zod'
import { kickInstant } from '../../clients/kick/instant.ts'

/** An instant, or `undefined` where Kick gives none that makes sense. */
export const instant = z.string().nullish().transform(kickInstant)

/** Kick's channel owner: always known. */
export const broadcaster = z.object({ user_id: z.int() })

/** Anybody else: anonymous gifters have neither id nor name. */
export const person = z
  .object({ user_id: z.int().nullish(), username: z.string().nullish() })
  .nullish()
  .transform((who) => ({ id: who?.user_id ?? null, name: who?.username ?? null }))
