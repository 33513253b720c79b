import { buildTree, OPERATIONS } from '@verifluence/local'
import { PROJECT, until } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { startMonitoringOnly } from '../src/drill/site/monitoring-only.ts'

const WAITS = 'WaitsHalfAMinute'

/** A rule with the shortest wait that production has, judged every second. */
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

test('an alert that fires goes on when Prometheus restarts, instead of being told twice', async () => {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  const site = await startMonitoringOnly({
    folder: folder.path,
    manifests: [...(await buildTree(PROJECT, OPERATIONS)), waits],
    interrupted: new AbortController().signal,
  })
  onTestFinished(site.stop)
  const firing = async () => {
    const alerts = await site.prometheus.alerts()
    return alerts.find(({ labels, state }) => labels.alertname === WAITS && state === 'firing')
  }

  const before = await until('the alert fires', firing, { withinMs: 60_000 })
  await site.parts.prometheus.restart()
  // A wait that began anew would be twice as long.
  const after = await until('the alert fires again', firing, { withinMs: 15_000 })
  expect(inSeconds(after.activeAt)).toBe(inSeconds(before.activeAt))
}, 120_000)
