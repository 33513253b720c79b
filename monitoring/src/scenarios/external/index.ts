import type { Battery } from '../scenario.ts'
import { failingBattery } from './failing.ts'
import { unauthorizedBattery } from './unauthorized.ts'

export const externalBatteries: readonly Battery[] = [unauthorizedBattery, failingBattery]
