import type { Battery } from '../scenario.ts'
import { burnBattery } from './burn.ts'
import { burnDaysBattery } from './burn-days.ts'
import { eventLoopBattery } from './event-loop.ts'
import { slowBattery } from './slow.ts'

export const apiBatteries: readonly Battery[] = [
  burnBattery,
  burnDaysBattery,
  slowBattery,
  eventLoopBattery,
]
