import { healthyAlertmanager, healthyApi, healthyWorker, type Life } from './healthy.ts'
import type { Process, Span } from './platform.ts'
import type { Battery, Scenario } from './scenario.ts'

const HOUR = 3_600
const END = Number.POSITIVE_INFINITY
const EVENING: Life = { requests: 40, live: 6 }
const NIGHT: Life = { requests: 0, live: 0 }

const pod = (kind: Process['kind'], name: string, runs: readonly Span[] = [[0, END]]): Process => ({
  kind,
  pod: name,
  runs,
  // A pod that is gone is gone from discovery too.
  discovered: false,
})

const platform = (life: Life, apis: readonly Process[], workers: readonly Process[]) => [
  ...apis.flatMap((process) => healthyApi(process, life)),
  ...workers.flatMap((process) => healthyWorker(process, life)),
  ...healthyAlertmanager(),
]

const DEPLOY = HOUR

const scenarios: readonly Scenario[] = [
  {
    title: 'Nothing fires on an ordinary evening with two replicas of each process',
    lasts: 2 * HOUR,
    timelines: platform(
      EVENING,
      [pod('api', 'api-a'), pod('api', 'api-b')],
      [pod('worker', 'worker-a'), pod('worker', 'worker-b')],
    ),
    quiet: true,
  },
  {
    title: 'Nothing fires in a quiet night without a stream or a request',
    lasts: 2 * HOUR,
    timelines: platform(NIGHT, [pod('api', 'api-a')], [pod('worker', 'worker-a')]),
    quiet: true,
  },
  {
    title: 'Nothing fires through a rolling deploy of both processes, a rollback and another try',
    lasts: DEPLOY + HOUR,
    timelines: platform(
      EVENING,
      [
        pod('api', 'api-a', [[0, DEPLOY]]),
        pod('api', 'api-b', [[0, DEPLOY + 60]]),
        pod('api', 'api-c', [[DEPLOY - 30, DEPLOY + 600]]),
        pod('api', 'api-d', [[DEPLOY + 30, DEPLOY + 660]]),
        pod('api', 'api-e', [[DEPLOY + 570, END]]),
        pod('api', 'api-f', [[DEPLOY + 630, END]]),
      ],
      [
        pod('worker', 'worker-a', [[0, DEPLOY]]),
        pod('worker', 'worker-b', [[DEPLOY - 30, DEPLOY + 600]]),
        pod('worker', 'worker-c', [[DEPLOY + 570, END]]),
      ],
    ),
    quiet: true,
  },
  {
    title: 'Nothing fires when the only worker and the only api restart in place within a minute',
    lasts: 2 * HOUR,
    timelines: platform(
      EVENING,
      [
        {
          kind: 'api',
          pod: 'api-a',
          runs: [
            [0, DEPLOY],
            [DEPLOY + 60, END],
          ],
        },
      ],
      [
        {
          kind: 'worker',
          pod: 'worker-a',
          runs: [
            [0, DEPLOY],
            [DEPLOY + 60, END],
          ],
        },
      ],
    ),
    quiet: true,
  },
  {
    title: 'Nothing fires in the first ten minutes of a fresh installation',
    lasts: 600,
    timelines: platform(
      NIGHT,
      [pod('api', 'api-a', [[60, END]])],
      [pod('worker', 'worker-a', [[90, END]])],
    ),
    quiet: true,
  },
]

export const quietBattery: Battery = { name: 'ordinary operation', scenarios }
