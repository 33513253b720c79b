import { buildTree, OPERATIONS } from '@verifluence/local'
import { PROJECT, until } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { startMonitoring } from '../src/drill/environment/monitoring.ts'

const WAITS = 'WaitsHalfAMinute'

/** A rule with the shortest `for` of production, evaluated every second. */
const waits = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'waits', namespace: 'stage' },
  spec: {
    groups: [
      {
        name: 'waits',
        interval: '1s',
        rules: [{ alert: WAITS, expr: 'vector(1)', for: '30s', labels: { severity: 'warning' } }],
      },
    ],
  },
}

/** Prometheus remembers whole seconds. */
const inSeconds = (instant: string) => Math.floor(Date.parse(instant) / 1000)

test('a firing alert keeps firing when Prometheus restarts, instead of notifying twice', async () => {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  const system = await startMonitoring({
    folder: folder.path,
    manifests: [...(await buildTree(PROJECT, OPERATIONS)), waits],
    interrupted: new AbortController().signal,
  })
  onTestFinished(system.stop)
  const firing = async () => {
    const alerts = await system.prometheus.alerts()
    return alerts.find(({ labels, state }) => labels.alertname === WAITS && state === 'firing')
  }

  const before = await until('the alert fires', firing, { withinMs: 60_000 })
  await system.services.prometheus.restart()
  // A restarted `for` would take twice as long.
  const after = await until('the alert fires again', firing, { withinMs: 15_000 })
  expect(inSeconds(after.activeAt)).toBe(inSeconds(before.activeAt))
}, 120_000)
