import { heartbeat } from '@verifluence/monitoring/heartbeat'
import { until } from '@verifluence/testkit'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { Monitoring } from '../environment/environment.ts'

type Dead = 'prometheus' | 'alertmanager'

const drill = (name: string, failure: string, dead: readonly Dead[]): Drill => ({
  name,
  failure,
  does: `${dead.join(' and ')} killed, so that no notification can be sent from here`,
  cause: async ({ fakes, services, ending }) => {
    const beats = async () => {
      const { checks } = await fakes.heartbeat()
      return checks.some(({ id, pings }) => id === 'watchdog' && pings > 0)
    }
    const patience = { withinMs: 3 * MINUTE * 1000, everyMs: 1_000, signal: ending }
    await until('the first heartbeat arrives', beats, patience)
    const since = new Date()
    for (const service of dead) await services[service].kill()
    const recover = async () => {
      for (const service of dead) await services[service].start()
    }
    return { since, recover }
  },
  expects: [
    { alert: 'Watchdog', channel: 'heartbeat', within: heartbeat.period + heartbeat.grace },
  ],
  // This environment runs without api and worker.
  mayFire: ['ApiDown', 'WorkerDown'],
  resolvedWithin: 4 * MINUTE,
})

export const heartbeatDrills: readonly Drill<Monitoring>[] = [
  drill('prometheus-gone', 'F23', ['prometheus']),
  drill('alertmanager-gone', 'F24', ['alertmanager']),
  drill('monitoring-gone', 'F25', ['prometheus', 'alertmanager']),
]
