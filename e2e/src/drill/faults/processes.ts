import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { discover, firstPod, startPod } from '../environment/pods.ts'
import { keepDoing } from '../keep-doing.ts'

export const workerGone: Drill<System> = {
  name: 'worker-gone',
  failure: 'F5',
  does: 'the worker is killed and nothing starts it again',
  cause: async ({ services }) => {
    await services.worker.kill()
    return { recover: services.worker.start }
  },
  expects: [{ alert: 'WorkerDown', within: 4 * MINUTE, shows: / => 0 / }],
  resolvedWithin: 7 * MINUTE,
}

export const apiGone: Drill<System> = {
  name: 'api-gone',
  failure: 'F6',
  does: 'the api is killed and nothing starts it again',
  cause: async ({ services }) => {
    await services.api.kill()
    return { recover: services.api.start }
  },
  expects: [{ alert: 'ApiDown', within: 4 * MINUTE, shows: / => 0 / }],
  resolvedWithin: 7 * MINUTE,
}

/** The kubelet waits before it starts a container that died: 10 s, doubled each time, 300 s at most. */
const FIRST_WAIT = 10
const LONGEST_WAIT = 5 * MINUTE

export const crashLoop: Drill<System> = {
  name: 'crash-loop',
  failure: 'F8',
  does: 'one of two replicas of the api dies a minute after each start and is started as the kubelet does, with ever longer waits',
  cause: async (system) => {
    const crashing = await startPod(system, 'api', 'api-1')
    discover(system, {
      api: [firstPod(system, 'api'), crashing],
      worker: [firstPod(system, 'worker')],
    })
    const seconds = (count: number, signal: AbortSignal) =>
      pause(count * 1000, undefined, { signal })
    const recovered = new AbortController()
    const signal = AbortSignal.any([system.ending, recovered.signal])
    const crash = async () => {
      for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
        await seconds(MINUTE, signal)
        await crashing.service.kill()
        await seconds(wait, signal)
        await crashing.service.start()
      }
    }
    const crashes = crash().catch(() => {})
    const recover = async () => {
      recovered.abort()
      await crashes
      await crashing.service.start()
    }
    return { recover }
  },
  expects: [
    {
      alert: 'ProcessRestarting',
      within: 20 * MINUTE,
      says: ['api-metrics'],
      shows: /job="api-metrics".* => ([3-9]|\d\d) /,
    },
  ],
  // The window of half an hour must contain at most three restarts.
  resolvedWithin: 30 * MINUTE,
}

export const eventLoopBlocked: Drill<System> = {
  name: 'event-loop-blocked',
  failure: 'F19',
  does: 'the worker is stopped for 0.9 s every 10 s, as if it computed without a pause',
  cause: async ({ services, ending }) => {
    const recover = keepDoing(10_000, ending, async () => {
      services.worker.signal('SIGSTOP')
      try {
        await pause(900, undefined, { signal: ending })
      } finally {
        services.worker.signal('SIGCONT')
      }
    })
    return { recover }
  },
  expects: [
    {
      alert: 'EventLoopBlocked',
      within: 15 * MINUTE,
      says: ['worker'],
      shows: /service="worker"\} => (0\.[5-9]|[1-9])/,
    },
  ],
  resolvedWithin: 5 * MINUTE,
}
