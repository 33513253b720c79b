import { apiBatteries } from './api.ts'
import { deliveryBatteries } from './delivery.ts'
import { domainBatteries } from './domain.ts'
import { externalBatteries } from './external.ts'
import { presenceBatteries } from './presence.ts'
import { quietBattery } from './quiet.ts'
import type { Battery } from './scenario.ts'
import { stalenessBatteries } from './staleness.ts'
import { stalenessMutants } from './staleness-mutants.ts'
import { webhookBatteries } from './webhooks.ts'

/** Every story the rules are told. */
export const batteries: readonly Battery[] = [
  ...stalenessBatteries,
  ...stalenessMutants,
  ...presenceBatteries,
  ...externalBatteries,
  ...webhookBatteries,
  ...apiBatteries,
  ...domainBatteries,
  ...deliveryBatteries,
  quietBattery,
]
