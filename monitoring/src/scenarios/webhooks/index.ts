import type { Battery } from '../scenario.ts'
import { acknowledgeBattery } from './acknowledge.ts'
import { backlogBattery } from './backlog.ts'
import { processingBattery } from './processing.ts'
import { rejectedBattery } from './rejected.ts'
import { silentBattery } from './silent.ts'

export const webhookBatteries: readonly Battery[] = [
  rejectedBattery,
  silentBattery,
  backlogBattery,
  processingBattery,
  acknowledgeBattery,
]
