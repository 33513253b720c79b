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

it('judges a fresh installation once its pods are ready, or have had their time', () => {
  expect(specOf('Kustomization', 'stage-apps')).toMatchObject({ wait: true, timeout: '10m' })
  expect(specOf('Kustomization', 'stage-monitoring')).toMatchObject({
    dependsOn: [
      { name: 'monitoring-releases' },
      { name: 'stage-apps', readyExpr: expect.stringMatching(/'True'.*'HealthCheckFailed'/) },
    ],
  })
})
