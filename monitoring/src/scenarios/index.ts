import { apiBatteries } from './api/index.ts'
import { deliveryBatteries } from './delivery.ts'
import { domainBatteries } from './domain/index.ts'
import { edgeBatteries } from './edges/index.ts'
import { externalBatteries } from './external/index.ts'
import { hoveringBatteries } from './hovering.ts'
import { presenceBatteries } from './presence.ts'
import { quietBattery } from './quiet.ts'
import { recordedBatteries } from './recorded/index.ts'
import type { Battery } from './scenario.ts'
import { stalenessBatteries } from './staleness.ts'
import { webhookBatteries } from './webhooks/index.ts'

/** Every story the rules are told. */
export const batteries: readonly Battery[] = [
  ...stalenessBatteries,
  ...presenceBatteries,
  ...externalBatteries,
  ...webhookBatteries,
  ...apiBatteries,
  ...recordedBatteries,
  ...domainBatteries,
  ...deliveryBatteries,
  ...hoveringBatteries,
  ...edgeBatteries,
  quietBattery,
]
