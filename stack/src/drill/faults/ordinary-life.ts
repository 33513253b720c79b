import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { keepDoing } from '../keep-doing.ts'
import { MINUTE } from '../minutes.ts'
import { discover, firstPod, type Pod, startPod, type Workload } from '../site/pods.ts'
import type { WholeSite } from '../site/site.ts'

type Pods = Readonly<Record<Workload, readonly Pod[]>>

/** A new pod comes up beside the old ones, is discovered, and one old pod leaves, as in a rollout. */
async function rollOut(site: WholeSite, pods: Pods): Promise<Pods> {
  let now = pods
  for (const workload of ['api', 'worker'] as const) {
    for (const old of pods[workload]) {
      const fresh = await startPod(site, workload, `${old.name}-next`)
      now = { ...now, [workload]: [...now[workload], fresh] }
      discover(site, now)
      await old.part.stop()
      now = { ...now, [workload]: now[workload].filter((pod) => pod !== old) }
      discover(site, now)
    }
  }
  return now
}

/** Uninvited and clumsy, but nobody's fault. */
async function nuisances({ ports, world, ending }: WholeSite): Promise<void> {
  const api = `http://127.0.0.1:${ports.api}`
  const scan = fetch(`${api}/wh/kick`, { signal: ending })
  const hangUp = fetch(`${api}/openapi.json`, { signal: AbortSignal.timeout(2) })
  const type = 'chat.message.sent' as const
  const retry = world.sendWebhook({ type, broadcasterUserId: 1, twist: 'delivered-twice' })
  await Promise.allSettled([scan, hangUp, retry])
}

/** Everything that belongs to life and must wake nobody. */
export const ordinaryLife: Drill<WholeSite> = {
  name: 'ordinary-life',
  failure: 'quiet',
  does: 'a fresh installation, two replicas, a rollout, a Kick hiccup, a Prometheus restart, scanners, duplicates, hang-ups',
  cause: async (site) => {
    const { world, parts, ending } = site
    const minutes = (count: number) => pause(count * MINUTE * 1000, undefined, { signal: ending })
    const stop = keepDoing(2_000, ending, () => nuisances(site))
    await minutes(2)
    const pods: Pods = {
      api: [firstPod(site, 'api'), await startPod(site, 'api', 'api-1')],
      worker: [firstPod(site, 'worker'), await startPod(site, 'worker', 'worker-1')],
    }
    discover(site, pods)
    await minutes(2)
    await world.setMood('kick-api', 'unavailable')
    await minutes(2)
    await world.clearMoods('kick-api')
    await minutes(1)
    await rollOut(site, pods)
    await minutes(1)
    await parts.prometheus.restart()
    // The longest of what could follow: a window of ten minutes and three more.
    await minutes(9)
    return { mend: stop }
  },
  arrives: [],
  resolvedWithin: 0,
}
