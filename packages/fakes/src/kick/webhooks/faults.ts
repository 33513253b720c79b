import type { Fault, Faults } from '../../faults/fault.ts'
import { type VariantName, variants } from './variants.ts'

const ofDeliveries = Object.fromEntries(
  Object.entries(variants).map(([name, { says }]): [string, Fault] => [
    name,
    { says, variant: true },
  ]),
) as Record<VariantName, Fault>

/** The faults of Kick's webhook sender: every oddity of a delivery, and some about all of them. */
export const webhookFaults = {
  ...ofDeliveries,
  silent: { says: 'events emit, but nothing is delivered', variant: true },
  late: { says: 'deliveries leave late by the given seconds', variant: true, seconds: 5 },
  'out-of-order': {
    says: 'every second delivery overtakes the one before, which waits for it',
    variant: true,
    seconds: 5,
  },
  impatient: {
    says: 'an event is unsubscribed after its first failed delivery, not after a day',
    variant: true,
  },
} as const satisfies Faults
