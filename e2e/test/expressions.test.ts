import { freePorts, startStack } from '@verifluence/local'
import { seriesBudget } from '@verifluence/monitoring/budget'
import { describeProofs, proveExpressions } from '@verifluence/monitoring/expressions'
import { until } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterAll, expect, test } from 'vitest'

const folder = temporaryFolder()
afterAll(folder.remove)

/** The rules over hours are evaluated every two and a half minutes; all others sooner. */
const PATIENCE = { withinMs: 300_000, everyMs: 5_000 }

test('every expression of rules, dashboards and docs returns series on a running system, or rightly none', async () => {
  const ports = await freePorts()
  // The speed decides only how soon recorded series exist: the expressions asked are production's.
  const stack = await startStack({ folder: folder.path, ports, traffic: true, speed: 3 })
  try {
    const address = `http://127.0.0.1:${ports.prometheus}`
    const proofs = await until(
      'every expression is proven',
      async () => {
        const latest = await proveExpressions(address)
        const unproven = latest.filter(({ standing }) => standing === 'unproven')
        if (unproven.length > 0) throw new Error(describeProofs(unproven).join('\n'))
        return latest
      },
      PATIENCE,
    )
    const proven = proofs.filter(({ standing }) => standing === 'proven')
    expect(proven.length / proofs.length).toBeGreaterThan(0.8)
    for (const [service, budget] of Object.entries(seriesBudget)) {
      const [series] = await stack.prometheus.query(`max(vf_metrics_series{service="${service}"})`)
      expect(series?.value).toBeLessThanOrEqual(budget)
    }
    console.log(describeProofs(proofs).at(-1))
  } finally {
    await stack.stop()
  }
}, 360_000)
