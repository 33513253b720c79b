import { z } from 'zod'
import type { Answer } from '../../http/answer.ts'
import type { Call } from '../../http/service.ts'
import type { Kick } from '../kick.ts'
import type { Subscription } from '../subscriptions.ts'
import type { Token } from '../tokens.ts'
import { eventTypes } from '../webhooks/events.ts'
import { badRequest, ok, readIds } from './request.ts'

const deleteLimit = 300
/** How many subscriptions one application may hold for one type of event. */
const eventLimit = 10_000

const wanted = z.object({
  broadcaster_user_id: z.number().int().positive().optional(),
  events: z.array(z.object({ name: z.string(), version: z.number().int() })).min(1),
  method: z.literal('webhook'),
})

/** GET /public/v1/events/subscriptions: all of the application, or one broadcaster's. */
export function listSubscriptions(kick: Kick) {
  return ({ c }: Call): Answer => {
    const ids = readIds(c.req.queries('broadcaster_user_id') ?? [])
    if (ids === undefined) return badRequest('invalid broadcaster_user_id')
    return ok(kick.subscriptions.matching({ broadcasterUserId: ids[0] }).map(describe(kick)))
  }
}

/** POST /public/v1/events/subscriptions: success or error is reported per event. */
export function createSubscription(kick: Kick) {
  return async ({ c, variant }: Call, token: Token): Promise<Answer> => {
    const body = wanted.safeParse(await c.req.json().catch(() => undefined))
    if (!body.success) return badRequest('invalid request body')
    const broadcasterUserId = body.data.broadcaster_user_id ?? token.userId
    if (broadcasterUserId === undefined) {
      return badRequest('broadcaster_user_id is required for app tokens')
    }
    const isFull = body.data.events.some(({ name }) => kick.subscriptions.count(name) >= eventLimit)
    if (isFull) return badRequest('event subscription limit reached')
    return ok(
      body.data.events.map(({ name, version }) => {
        const error = refusal(name, version, variant)
        if (error !== '') return { name, version, subscription_id: '', error }
        const created = kick.subscriptions.add(
          { broadcasterUserId, event: name, version },
          {
            vanished: variant === 'subscriptions-vanish',
            doubled: variant === 'subscriptions-doubled',
          },
        )
        return { name, version, subscription_id: created.id, error: '' }
      }),
    )
  }
}

function refusal(name: string, version: number, variant: string | undefined): string {
  if (variant === 'item-error') return 'internal error'
  if (!eventTypes.some((type) => type === name)) return 'invalid event name'
  return version === 1 ? '' : 'invalid event version'
}

/** DELETE /public/v1/events/subscriptions?id=…&id=…: 204 without a body. */
export function deleteSubscriptions(kick: Kick) {
  return ({ c }: Call): Answer => {
    const ids = c.req.queries('id') ?? []
    if (ids.length === 0) return badRequest('id is required')
    if (ids.length > deleteLimit) return badRequest('too many ids')
    for (const id of ids) kick.subscriptions.remove(id)
    return { status: 204 }
  }
}

const describe = (kick: Kick) => (one: Subscription) => ({
  id: one.id,
  app_id: kick.clientId,
  broadcaster_user_id: one.broadcasterUserId,
  event: one.event,
  version: one.version,
  method: 'webhook',
  created_at: one.createdAt,
  updated_at: one.createdAt,
})
