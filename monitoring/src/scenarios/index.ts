import { externalBatteries } from './external.ts'
import { presenceBatteries } from './presence.ts'
import type { Battery } from './scenario.ts'
import { stalenessBatteries } from './staleness.ts'

/** Every story the rules are told. */
export const batteries: readonly Battery[] = [
  ...stalenessBatteries,
  ...presenceBatteries,
  ...externalBatteries,
]
