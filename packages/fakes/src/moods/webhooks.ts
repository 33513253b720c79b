import { type TwistName, twists } from '../kick/webhooks/twists.ts'
import type { Mood, Moods } from './mood.ts'

const ofDeliveries = Object.fromEntries(
  Object.entries(twists).map(([name, { says }]): [string, Mood] => [name, { says, twist: true }]),
) as Record<TwistName, Mood>

/** The moods of Kick's webhook sender: every oddity of a delivery, and some about all of them. */
export const webhookMoods = {
  ...ofDeliveries,
  silent: { says: 'events happen, but nothing is delivered', twist: true },
  late: { says: 'deliveries leave late by the given seconds', twist: true, seconds: 5 },
  'out-of-order': {
    says: 'every second delivery overtakes the one before, which waits for it',
    twist: true,
    seconds: 5,
  },
  impatient: {
    says: 'an event is unsubscribed after its first failed delivery, not after a day',
    twist: true,
  },
} as const satisfies Moods
