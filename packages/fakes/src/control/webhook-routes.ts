import { z } from 'zod'
import { eventTypes } from '../kick/webhooks/events.ts'
import { type TwistName, twists } from '../kick/webhooks/twists.ts'
import type { World } from '../world.ts'
import { type ControlRoute, withBody } from './route.ts'

const twistNames = Object.keys(twists) as TwistName[]

export const happeningBody = z.strictObject({
  type: z.enum(eventTypes),
  broadcasterUserId: z.number().int().positive(),
  body: z.record(z.string(), z.unknown()).optional(),
})
export const orderBody = happeningBody.extend({
  twist: z.enum(twistNames).optional(),
  messageId: z.string().min(1).optional(),
  url: z.url().optional(),
})
const targetBody = z.strictObject({ url: z.url().optional() })

/** Kick's webhook sender: its target, its key, and what it delivers. */
export function webhookRoutes({ kick, webhooks }: World): ControlRoute[] {
  return [
    {
      method: 'GET',
      path: '/webhooks',
      says: 'the latest deliveries and what the receiver answered',
      answer: () => webhooks.deliveries(),
    },
    {
      method: 'GET',
      path: '/webhooks/twists',
      says: 'every odd delivery that can be ordered',
      answer: () => Object.fromEntries(twistNames.map((name) => [name, twists[name].says])),
    },
    withBody({
      method: 'POST',
      path: '/webhooks',
      says: 'delivers an event, subscribed or not; a twist makes it odd',
      body: orderBody,
      answer: (order) => webhooks.send(order),
    }),
    withBody({
      method: 'POST',
      path: '/webhooks/happen',
      says: 'lets an event happen: all who have subscribed to it are told',
      body: happeningBody,
      answer: (event) => webhooks.happen(event),
    }),
    withBody({
      method: 'PUT',
      path: '/webhooks/target',
      says: 'sets the webhook URL of the application; without one nothing is delivered',
      body: targetBody,
      answer: ({ url }) => {
        webhooks.setTarget(url)
        return { url: webhooks.target() }
      },
    }),
    {
      method: 'POST',
      path: '/webhooks/rotate-key',
      says: 'takes a new signing key into use and serves its public half',
      answer: () => {
        kick.keys.rotate()
        return { publicKey: kick.keys.publicKey() }
      },
    },
  ]
}
