import { setTimeout as pause } from 'node:timers/promises'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { discover, firstPod, type Pod, startPod, type Workload } from '../environment/pods.ts'
import { keepDoing } from '../keep-doing.ts'

type Pods = Readonly<Record<Workload, readonly Pod[]>>

/** Rolls out: a new pod starts, is discovered, and an old pod stops. */
async function rollOut(system: System, pods: Pods): Promise<Pods> {
  let now = pods
  for (const workload of ['api', 'worker'] as const) {
    for (const old of pods[workload]) {
      const fresh = await startPod(system, workload, `${old.name}-next`)
      now = { ...now, [workload]: [...now[workload], fresh] }
      discover(system, now)
      await old.service.stop()
      now = { ...now, [workload]: now[workload].filter((pod) => pod !== old) }
      discover(system, now)
    }
  }
  return now
}

/** A client that disconnects in the middle of its request body. */
async function hangUp({ ports, ending }: System): Promise<void> {
  const body = new ReadableStream({ start: (half) => half.enqueue(Buffer.from('{"email":')) })
  const signal = AbortSignal.any([ending, AbortSignal.timeout(500)])
  const headers = { 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${ports.api}/api/sign-in/pin`
  await fetch(url, { method: 'POST', headers, body, duplex: 'half', signal })
}

/** Background noise of the internet that is no failure. */
async function nuisances(system: System): Promise<void> {
  const { ports, fakes, ending } = system
  const scan = fetch(`http://127.0.0.1:${ports.api}/wh/kick`, { signal: ending })
  const type = 'chat.message.sent' as const
  const retry = fakes.sendWebhook({ type, broadcasterUserId: 1, variant: 'delivered-twice' })
  await Promise.allSettled([scan, hangUp(system), retry])
}

/** The series that each nuisance increments. */
const TRACES = [
  'vf_http_requests_total{status_code="499"}',
  'vf_webhook_received_total{result="bad_method"}',
  'vf_webhook_received_total{result="duplicate"}',
]

/** @throws Error unless every nuisance was counted. */
async function happened({ prometheus }: System): Promise<void> {
  for (const trace of TRACES) {
    const counted = await prometheus.query(`sum(increase(${trace}[20m])) > 10`)
    if (counted.length === 0) throw new Error(`${trace} did not grow: nothing was proven of it`)
  }
}

/** Everything ordinary that must not send a notification. */
export const ordinaryOperation: Drill<System> = {
  name: 'ordinary-operation',
  failure: 'quiet',
  does: 'a fresh installation, two replicas, a rollout, a short Kick outage, a Prometheus restart, scanners, duplicates, disconnects',
  cause: async (system) => {
    const { fakes, services, ending } = system
    const minutes = (count: number) => pause(count * MINUTE * 1000, undefined, { signal: ending })
    const stop = keepDoing(2_000, ending, () => nuisances(system))
    await minutes(2)
    const pods: Pods = {
      api: [firstPod(system, 'api'), await startPod(system, 'api', 'api-1')],
      worker: [firstPod(system, 'worker'), await startPod(system, 'worker', 'worker-1')],
    }
    discover(system, pods)
    await minutes(2)
    await fakes.injectFault('kick-api', 'unavailable')
    await minutes(2)
    await fakes.clearFaults('kick-api')
    await minutes(1)
    await rollOut(system, pods)
    await minutes(1)
    await services.prometheus.restart()
    // The longest delay of an alert: a window of ten minutes and three more.
    await minutes(9)
    return { recover: stop }
  },
  expects: [],
  verify: happened,
  resolvedWithin: 0,
}
