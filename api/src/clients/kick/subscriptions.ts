import { z } from 'zod'
import { RefusedError } from '../http/errors.ts'
import { readItems } from '../http/items.ts'
import { ONCE, PATIENT } from '../http/retry.ts'
import { itemsOf } from './envelope.ts'
import type { KickRequest } from './request.ts'

/** An event type in one version, such as `chat.message.sent` 1. */
export interface EventKind {
  readonly name: string
  readonly version: number
}

/** A webhook subscription that Kick lists for the app, made by any deployment. */
export interface ListedSubscription extends EventKind {
  readonly id: string
  readonly kickUserId: number
}

/** What became of one event of a request for subscriptions. */
export type CreatedSubscription = EventKind &
  (
    | { readonly id: string; readonly error?: never }
    | { readonly error: string; readonly id?: never }
  )

/** More ids in one call were seen to be refused. */
const IDS_PER_DELETE = 50

/** Kick lists all subscriptions in one answer: room for about 100,000. */
const LONGEST_LIST_BYTES = 32 * 1024 * 1024

const listedSchema = z.object({
  id: z.string().min(1),
  broadcaster_user_id: z.number().int(),
  event: z.string().min(1),
  version: z.coerce.number().int(),
})

const createdSchema = z.object({
  name: z.string(),
  version: z.coerce.number().int(),
  subscription_id: z.string().nullish(),
  error: z.string().nullish(),
})

/** All subscriptions of the app, or those to one broadcaster. Kick knows no paging here. */
export async function listSubscriptions(
  request: KickRequest,
  { kickUserId, signal }: { kickUserId?: number; signal?: AbortSignal | undefined } = {},
): Promise<ListedSubscription[]> {
  const query = kickUserId === undefined ? '' : `?broadcaster_user_id=${kickUserId}`
  const answer = await request({
    operation: 'subscriptions_list',
    path: `/public/v1/events/subscriptions${query}`,
    maxBytes: LONGEST_LIST_BYTES,
    retry: PATIENT,
    signal,
  })
  const name = 'kick subscriptions_list'
  return readItems(name, itemsOf(name, answer), listedSchema).map(
    ({ id, broadcaster_user_id, event, version }) => ({
      id,
      kickUserId: broadcaster_user_id,
      name: event,
      version,
    }),
  )
}

/**
 * Subscribes to events of one broadcaster. Not repeated after a failure: where an answer was lost
 * Kick may have made the subscriptions, and a second request would make second ones.
 *
 * @returns one entry for every event asked for, each with its id or its own error.
 */
export async function createSubscriptions(
  request: KickRequest,
  wanted: { kickUserId: number; events: readonly EventKind[]; signal?: AbortSignal | undefined },
): Promise<CreatedSubscription[]> {
  const answer = await request({
    operation: 'subscriptions_create',
    method: 'POST',
    path: '/public/v1/events/subscriptions',
    body: { broadcaster_user_id: wanted.kickUserId, events: wanted.events, method: 'webhook' },
    retry: ONCE,
    signal: wanted.signal,
  })
  const items = itemsOf('kick subscriptions_create', answer).flatMap((item) => {
    const read = createdSchema.safeParse(item)
    return read.success ? [read.data] : []
  })
  return wanted.events.map(({ name, version }) => {
    const item = items.find((each) => each.name === name && each.version === version)
    if (item?.error) return { name, version, error: answer.excerpt(item.error) }
    if (item?.subscription_id) return { name, version, id: item.subscription_id }
    return { name, version, error: 'Kick answered without an id' }
  })
}

/** Ends subscriptions. One that is gone already is what was wanted. */
export async function deleteSubscriptions(
  request: KickRequest,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  for (let start = 0; start < ids.length; start += IDS_PER_DELETE) {
    const some = ids.slice(start, start + IDS_PER_DELETE)
    const query = some.map((id) => `id=${encodeURIComponent(id)}`).join('&')
    try {
      await request({
        operation: 'subscriptions_delete',
        method: 'DELETE',
        path: `/public/v1/events/subscriptions?${query}`,
        retry: PATIENT,
        signal,
      })
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === 404)) throw error
    }
  }
}
