import { heartbeat } from '@verifluence/monitoring/heartbeat'
import { until } from '@verifluence/testkit'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import type { Site } from '../site/site.ts'

type Dead = 'prometheus' | 'alertmanager'

const drill = (name: string, failure: string, dead: readonly Dead[]): Drill => ({
  name,
  failure,
  does: `${dead.join(' and ')} killed, with nothing left here that could tell`,
  cause: async ({ fakes, parts, ending }) => {
    const beats = async () => {
      const { checks } = await fakes.heartbeat()
      return checks.some(({ id, pings }) => id === 'watchdog' && pings > 0)
    }
    const patience = { withinMs: 3 * MINUTE * 1000, everyMs: 1_000, signal: ending }
    await until('the heartbeat arrives outside', beats, patience)
    const since = new Date()
    for (const part of dead) await parts[part].kill()
    const mend = async () => {
      for (const part of dead) await parts[part].start()
    }
    return { since, mend }
  },
  arrives: [{ alert: 'Watchdog', way: 'outside', within: heartbeat.period + heartbeat.grace }],
  // The api and the worker are not part of this site.
  mayArrive: ['ApiDown', 'WorkerDown'],
  resolvedWithin: 4 * MINUTE,
})

export const heartbeatDrills: readonly Drill<Site>[] = [
  drill('prometheus-gone', 'F23', ['prometheus']),
  drill('alertmanager-gone', 'F24', ['alertmanager']),
  drill('monitoring-gone', 'F25', ['prometheus', 'alertmanager']),
]
