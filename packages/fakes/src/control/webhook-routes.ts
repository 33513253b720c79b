import { z } from 'zod'
import { eventTypes } from '../kick/webhooks/events.ts'
import { type VariantName, variants } from '../kick/webhooks/variants.ts'
import type { State } from '../state.ts'
import { type ControlRoute, withBody } from './route.ts'

const variantNames = Object.keys(variants) as VariantName[]

export const emitBody = z.strictObject({
  type: z.enum(eventTypes),
  broadcasterUserId: z.number().int().positive(),
  body: z.record(z.string(), z.unknown()).optional(),
})
export const deliveryBody = emitBody.extend({
  variant: z.enum(variantNames).optional(),
  messageId: z.string().min(1).optional(),
  subscriptionId: z.string().min(1).optional(),
  url: z.url().optional(),
})
const targetBody = z.strictObject({ url: z.url().optional() })

/** Kick's webhook sender: its target, its key, and what it delivers. */
export function webhookRoutes({ kick, webhooks }: State): ControlRoute[] {
  return [
    {
      method: 'GET',
      path: '/webhooks',
      says: 'the latest deliveries and what the receiver answered',
      answer: () => webhooks.deliveries(),
    },
    {
      method: 'GET',
      path: '/webhooks/variants',
      says: 'every odd delivery that can be ordered',
      answer: () => Object.fromEntries(variantNames.map((name) => [name, variants[name].says])),
    },
    withBody({
      method: 'POST',
      path: '/webhooks',
      says: 'delivers an event, subscribed or not; a variant makes it odd',
      body: deliveryBody,
      answer: (order) => webhooks.send(order),
    }),
    withBody({
      method: 'POST',
      path: '/webhooks/emit',
      says: 'emits an event: every subscription to it gets a delivery',
      body: emitBody,
      answer: (event) => webhooks.emit(event),
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
