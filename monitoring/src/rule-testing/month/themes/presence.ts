import { presenceOf } from '../life/pods.ts'
import type { Theme } from '../theme.ts'
import { MINUTE } from '../time.ts'

const FOUR = 4 * MINUTE

/** Whether the processes are there. */
export const presenceTheme: Theme = {
  name: 'presence',
  alerts: ['ApiDown', 'WorkerDown', 'ProcessRestarting'],
  tracks: (life) => [...life.api, ...life.worker].flatMap(presenceOf),
  failures: [
    { name: 'worker-gone', failure: 'F5', alert: 'WorkerDown', within: FOUR, lasts: 10 * MINUTE },
    { name: 'api-gone', failure: 'F6', alert: 'ApiDown', within: FOUR, lasts: 10 * MINUTE },
    { name: 'no-target', failure: 'F7', alert: 'WorkerDown', within: FOUR, lasts: 10 * MINUTE },
    {
      name: 'api-crashing',
      failure: 'F8',
      alert: 'ProcessRestarting',
      labels: { job: 'api-metrics' },
      within: 20 * MINUTE,
      lasts: 25 * MINUTE,
    },
    {
      name: 'worker-crashing',
      failure: 'F8',
      alert: 'ProcessRestarting',
      labels: { job: 'worker-metrics' },
      within: 20 * MINUTE,
      lasts: 25 * MINUTE,
    },
  ],
}
