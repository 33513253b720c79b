import { createPrometheusClient } from '@verifluence/local'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { expect, test } from 'vitest'
import { launch } from './support/launcher.ts'

test('a failing Kick reaches Telegram by the production rules and routes, and so does its recovery', async () => {
  const folder = folderOfThisTest()
  const launcher = await launch({ folder, args: ['--once'], env: { SPEED: '3' } })
  await launcher.prints('Proof 2/3', 5 * 60_000)
  await expectLabelsOfTheCluster(launcher.ports)

  const code = await launcher.ends(8 * 60_000)
  expect(launcher.output()).toMatch(
    /Passed: alert after \d+ s, resolved message \d+ s after recovery\./,
  )
  expect(launcher.output()).toMatch(/message {3}🔴 ViewerPollStale[\s\S]*Proof 3\/3/)
  expect(launcher.output()).toMatch(/message {3}✅ ViewerPollStale resolved[\s\S]*Passed: alert/)
  expect(launcher.output()).toMatch(/up {8}api-metrics[\s\S]*Proof 2\/3/)
  expect(code).toBe(0)
}, 620_000)

type WherePrometheusIs = { readonly prometheus: number; readonly workerMetrics: number }

/** What the operator's relabelling makes of a target, and what honorLabels keeps of the series. */
async function expectLabelsOfTheCluster(ports: WherePrometheusIs): Promise<void> {
  const prometheus = createPrometheusClient(`http://127.0.0.1:${ports.prometheus}`)
  const target = {
    instance: `127.0.0.1:${ports.workerMetrics}`,
    namespace: 'stage',
    pod: 'worker-0',
    endpoint: 'metrics',
    env: 'stage',
  }
  const [up] = await prometheus.query('up{job="worker-metrics"}')
  expect(up).toEqual({
    labels: { __name__: 'up', ...target, job: 'worker-metrics', service: 'worker-metrics' },
    value: 1,
  })
  const [registered] = await prometheus.query(
    'vf_worker_poll_registered_timestamp_seconds{job="viewer-poll"}',
  )
  expect(registered?.labels).toEqual({
    __name__: 'vf_worker_poll_registered_timestamp_seconds',
    ...target,
    job: 'viewer-poll',
    service: 'worker',
  })
}
