import type { Battery } from '../scenario.ts'
import { rates } from './rates.ts'
import { ratios } from './ratios.ts'

/** The recorded series, read one by one: an alert may be right although what it reads is not. */
export const recordedBatteries: readonly Battery[] = [
  { name: 'recorded rates', alerts: [], recordings: true, scenarios: [rates] },
  {
    name: 'recorded ratios',
    alerts: [],
    recordings: true,
    evaluateEvery: 3_600,
    scenarios: [ratios],
  },
]
