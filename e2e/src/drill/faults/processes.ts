import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { keepDoing } from '../keep-doing.ts'
import { MINUTE } from '../minutes.ts'
import { discover, firstPod, startPod } from '../site/pods.ts'
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
  resolvedWithin: 7 * MINUTE,
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
  resolvedWithin: 7 * MINUTE,
}

/** The kubelet waits before it starts a container that died: 10 s, doubled each time, 300 s at most. */
const FIRST_WAIT = 10
const LONGEST_WAIT = 5 * MINUTE

export const crashLoop: Drill<WholeSite> = {
  name: 'crash-loop',
  failure: 'F8',
  does: 'one of two replicas of the api dies a minute after each start and is started as the kubelet does, with ever longer waits',
  cause: async (site) => {
    const crashing = await startPod(site, 'api', 'api-1')
    discover(site, {
      api: [firstPod(site, 'api'), crashing],
      worker: [firstPod(site, 'worker')],
    })
    const seconds = (count: number, signal: AbortSignal) =>
      pause(count * 1000, undefined, { signal })
    const mended = new AbortController()
    const signal = AbortSignal.any([site.ending, mended.signal])
    const crash = async () => {
      for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
        await seconds(MINUTE, signal)
        await crashing.part.kill()
        await seconds(wait, signal)
        await crashing.part.start()
      }
    }
    const crashes = crash().catch(() => {})
    const mend = async () => {
      mended.abort()
      await crashes
      await crashing.part.start()
    }
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
  // The window of half an hour must have left all but three restarts behind.
  resolvedWithin: 30 * MINUTE,
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
