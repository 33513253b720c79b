import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { objectsOf, readTree } from '../../src/gate/tree.ts'
import { copyOfTree } from '../support/copy.ts'

interface Probe {
  readonly periodSeconds: number
  readonly failureThreshold: number
}
interface Pods {
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly startupProbe: Probe }[] }
  }
}

const specOf = (kind: string, name: string) =>
  objectsOf(readTree(copyOfTree().root))
    .map(({ object }) => object)
    .find((object) => object.kind === kind && object.metadata.name === name)?.spec

it.each(['api', 'worker'])(
  'leaves the %s ten minutes to migrate before it is restarted',
  (name) => {
    const { containers } = (specOf('Deployment', name) as Pods).template.spec
    const allowed = containers.map(
      ({ startupProbe }) => startupProbe.periodSeconds * startupProbe.failureThreshold,
    )
    expect(Math.min(...allowed)).toBeGreaterThanOrEqual(600)
  },
)

it('waits for its pods ten minutes, and for what brings the CRDs', () => {
  expect(specOf('Kustomization', 'stage-apps')).toMatchObject({ wait: true, timeout: '10m' })
  expect(specOf('Kustomization', 'stage-monitoring')).toMatchObject({
    dependsOn: [{ name: 'monitoring-releases' }, { name: 'stage-apps' }],
  })
})

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
}

/** Asks the expression as Flux does; what it uses of CEL is JavaScript in other words. */
const letsIn = (conditions: readonly Condition[] | undefined): boolean => {
  const { dependsOn } = specOf('Kustomization', 'stage-monitoring') as {
    readonly dependsOn: readonly { readonly name: string; readonly readyExpr?: string }[]
  }
  const { readyExpr = '' } = dependsOn.find(({ name }) => name === 'stage-apps') ?? {}
  const script = readyExpr
    .replaceAll('.exists(c,', '.some((c) =>')
    .replace(/c\.reason in (\[.*?\])/, '$1.includes(c.reason)')
  return runInNewContext(script, {
    dep: { status: { conditions } },
    has: (field: unknown) => field !== undefined,
  })
}

const ready = (status: string, reason: string) => [
  { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry' },
  { type: 'Ready', status, reason },
]

it.each([
  ['are ready', 'True', 'ReconciliationSucceeded'],
  ['never got ready', 'False', 'HealthCheckFailed'],
  ['were refused by Kubernetes', 'False', 'ReconciliationFailed'],
  ['cannot be built', 'False', 'BuildFailed'],
  ['leave something behind that cannot be deleted', 'False', 'PruneFailed'],
  ['are forbidden to read their source', 'False', 'AccessDenied'],
])('evaluates a fresh installation whose apps %s', (_, status, reason) =>
  expect(letsIn(ready(status, reason))).toBe(true),
)

it.each([
  ['are still on their way', 'Unknown', 'Progressing'],
  ['wait for their namespace', 'False', 'DependencyNotReady'],
  ['have not been fetched yet', 'False', 'ArtifactFailed'],
  ['begin again with a newer commit', 'False', 'HealthCheckCanceled'],
])('does not yet evaluate a fresh installation whose apps %s', (_, status, reason) =>
  expect(letsIn(ready(status, reason))).toBe(false),
)

it('does not yet evaluate a fresh installation at which Flux has not looked', () => {
  expect(letsIn(undefined)).toBe(false)
  expect(letsIn([{ type: 'Healthy', status: 'False', reason: 'HealthCheckFailed' }])).toBe(false)
})
