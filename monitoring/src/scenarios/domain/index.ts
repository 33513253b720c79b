import type { Battery } from '../scenario.ts'
import { droppedBattery } from './dropped.ts'
import { refreshBattery } from './refresh.ts'
import { waitingBatteries } from './waiting.ts'

export const domainBatteries: readonly Battery[] = [
  refreshBattery,
  ...waitingBatteries,
  droppedBattery,
]
