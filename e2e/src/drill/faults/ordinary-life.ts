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

/** A client that loses its patience, or its line, in the middle of what it sends. */
async function hangUp({ ports, ending }: WholeSite): Promise<void> {
  const body = new ReadableStream({ start: (half) => half.enqueue(Buffer.from('{"email":')) })
  const signal = AbortSignal.any([ending, AbortSignal.timeout(500)])
  const headers = { 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${ports.api}/api/sign-in/pin`
  await fetch(url, { method: 'POST', headers, body, duplex: 'half', signal })
}

/** Uninvited and clumsy, but nobody's fault. */
async function nuisances(site: WholeSite): Promise<void> {
  const { ports, fakes, ending } = site
  const scan = fetch(`http://127.0.0.1:${ports.api}/wh/kick`, { signal: ending })
  const type = 'chat.message.sent' as const
  const retry = fakes.sendWebhook({ type, broadcasterUserId: 1, variant: 'delivered-twice' })
  await Promise.allSettled([scan, hangUp(site), retry])
}

/** What each nuisance leaves behind. */
const TRACES = [
  'vf_http_requests_total{status_code="499"}',
  'vf_webhook_received_total{result="bad_method"}',
  'vf_webhook_received_total{result="duplicate"}',
]

/** @throws Error unless every nuisance was really one. */
async function happened({ prometheus }: WholeSite): Promise<void> {
  for (const trace of TRACES) {
    const counted = await prometheus.query(`sum(increase(${trace}[20m])) > 10`)
    if (counted.length === 0) throw new Error(`${trace} did not grow: nothing was proven of it`)
  }
}

/** Everything that belongs to life and must wake nobody. */
export const ordinaryLife: Drill<WholeSite> = {
  name: 'ordinary-life',
  failure: 'quiet',
  does: 'a fresh installation, two replicas, a rollout, a Kick hiccup, a Prometheus restart, scanners, duplicates, hang-ups',
  cause: async (site) => {
    const { fakes, parts, ending } = site
    const minutes = (count: number) => pause(count * MINUTE * 1000, undefined, { signal: ending })
    const stop = keepDoing(2_000, ending, () => nuisances(site))
    await minutes(2)
    const pods: Pods = {
      api: [firstPod(site, 'api'), await startPod(site, 'api', 'api-1')],
      worker: [firstPod(site, 'worker'), await startPod(site, 'worker', 'worker-1')],
    }
    discover(site, pods)
    await minutes(2)
    await fakes.injectFault('kick-api', 'unavailable')
    await minutes(2)
    await fakes.clearFaults('kick-api')
    await minutes(1)
    await rollOut(site, pods)
    await minutes(1)
    await parts.prometheus.restart()
    // The longest of what could follow: a window of ten minutes and three more.
    await minutes(9)
    return { mend: stop }
  },
  arrives: [],
  verify: happened,
  resolvedWithin: 0,
}
