import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { keepDoing } from '../keep-doing.ts'
import { MINUTE } from '../minutes.ts'
import type { WholeSite } from '../site/site.ts'

export const workerGone: Drill<WholeSite> = {
  name: 'worker-gone',
  failure: 'F5',
  does: 'the worker is killed and nothing starts it again',
  cause: async ({ parts }) => {
    await parts.worker.kill()
    return { mend: parts.worker.start }
  },
  arrives: [{ alert: 'WorkerDown', within: 4 * MINUTE, shows: / => 0 / }],
  resolvedWithin: 4 * MINUTE,
}

export const apiGone: Drill<WholeSite> = {
  name: 'api-gone',
  failure: 'F6',
  does: 'the api is killed and nothing starts it again',
  cause: async ({ parts }) => {
    await parts.api.kill()
    return { mend: parts.api.start }
  },
  arrives: [{ alert: 'ApiDown', within: 4 * MINUTE, shows: / => 0 / }],
  resolvedWithin: 4 * MINUTE,
}

export const crashLoop: Drill<WholeSite> = {
  name: 'crash-loop',
  failure: 'F8',
  does: 'the api dies every minute and is started again at once',
  cause: async ({ parts, ending }) => {
    const mend = keepDoing(MINUTE * 1000, ending, async () => {
      await parts.api.kill()
      await parts.api.start()
    })
    return { mend }
  },
  arrives: [
    {
      alert: 'ProcessRestarting',
      within: 20 * MINUTE,
      says: ['api-metrics'],
      shows: /job="api-metrics".* => ([3-9]|\d\d) /,
    },
  ],
  // The window of a quarter of an hour must have left all but two restarts behind.
  resolvedWithin: 18 * MINUTE,
}

export const eventLoopBlocked: Drill<WholeSite> = {
  name: 'event-loop-blocked',
  failure: 'F19',
  does: 'the worker is stopped for 0.9 s every 10 s, as if it computed without a pause',
  cause: async ({ parts, ending }) => {
    const mend = keepDoing(10_000, ending, async () => {
      parts.worker.signal('SIGSTOP')
      try {
        await pause(900, undefined, { signal: ending })
      } finally {
        parts.worker.signal('SIGCONT')
      }
    })
    return { mend }
  },
  arrives: [
    {
      alert: 'EventLoopBlocked',
      within: 15 * MINUTE,
      says: ['worker'],
      shows: /service="worker"\} => (0\.[5-9]|[1-9])/,
    },
  ],
  resolvedWithin: 5 * MINUTE,
}
