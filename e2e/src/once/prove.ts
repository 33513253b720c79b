import { performance } from 'node:perf_hooks'
import type { Stack } from '@verifluence/local'
import { failureOf, type Service, until } from '@verifluence/testkit'
import { backdateSuccess, lastSuccess, trackOneChannel } from './database.ts'
import { messageAbout } from './messages.ts'

const JOB = 'viewer-poll'
const ALERT = 'ViewerPollStale'

type Proof = { readonly say: (line: string) => Promise<void>; readonly signal: AbortSignal }

/** Seconds to the two messages, from the fault and from recovery. */
export type Proven = { readonly toTelegram: number; readonly resolved: number }

/**
 * Proves the whole path once, with production rules, routes and timings: Kick fails, the worker's job
 * becomes stale, a message arrives; Kick recovers, and the resolved message arrives.
 *
 * @throws Error saying what did not happen, with the last log lines of the service at fault.
 */
export async function proveOnce(stack: Stack, { say, signal }: Proof): Promise<Proven> {
  const { services, prometheus, fakes } = stack

  async function expect<T>(
    what: string,
    at: Service,
    within: number,
    look: () => Promise<T | undefined | false>,
  ): Promise<T> {
    try {
      return await until(what, look, { withinMs: within * 1000, everyMs: 500, signal })
    } catch (error) {
      signal.throwIfAborted()
      throw failureOf(at, error)
    }
  }
  const holds = async (expression: string) => (await prometheus.query(expression)).length > 0

  await say('Proof 1/3: a healthy system. Both targets up, viewer-poll succeeds, nothing fires.')
  await trackOneChannel(stack)
  await expect('Prometheus reaches api and worker', services.prometheus, 90, () =>
    holds('count(up{job=~"api-metrics|worker-metrics"} == 1) == 2'),
  )
  await expect(`${JOB} succeeds`, services.worker, 90, () => lastSuccess(stack.databaseUrl, JOB))
  await expect('no alert fires', services.prometheus, 60, async () => {
    const firing = `count(ALERTS{alertstate="firing",severity=~"critical|warning"})`
    return !(await holds(firing))
  })

  await say(`Proof 2/3: Kick fails, and ${JOB} last succeeded 20 minutes ago.`)
  const before = await messageAbout(stack, ALERT)
  const fault = performance.now()
  await fakes.injectFault('kick-api', 'unavailable')
  await services.worker.stop()
  await backdateSuccess(stack.databaseUrl, JOB, 20)
  await services.worker.start()
  await expect(`${ALERT} becomes pending`, services.worker, 120, () =>
    holds(`ALERTS{alertname="${ALERT}"}`),
  )
  await expect(`${ALERT} fires`, services.prometheus, 120, () =>
    holds(`ALERTS{alertname="${ALERT}",alertstate="firing"}`),
  )
  await expect(`the message about ${ALERT} arrives`, services.alertmanager, 90, before.firing)
  const toTelegram = secondsSince(fault)

  await say('Proof 3/3: Kick has recovered.')
  const recover = performance.now()
  await fakes.clearFaults('kick-api')
  await expect(`${JOB} succeeds again`, services.worker, 90, async () => {
    const success = await lastSuccess(stack.databaseUrl, JOB)
    return success !== undefined && Date.now() - success.getTime() < 120_000
  })
  await expect(`${ALERT} resolves`, services.prometheus, 120, async () => {
    return !(await holds(`ALERTS{alertname="${ALERT}"}`))
  })
  await expect(
    `the resolved message about ${ALERT} arrives`,
    services.alertmanager,
    150,
    before.resolved,
  )
  const resolved = secondsSince(recover)

  await say(`Passed: alert after ${toTelegram} s, resolved message ${resolved} s after recovery.`)
  return { toTelegram, resolved }
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1000)
}
