import type { Manifest } from '@verifluence/local'
import { writeConfiguration } from '@verifluence/local'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { Monitoring, System } from '../environment/environment.ts'

/** A Service whose labels no ServiceMonitor selects, so that no target exists. */
const mislabelled = (manifest: Manifest): Manifest =>
  manifest.kind === 'Service' && manifest.metadata.name.endsWith('-metrics')
    ? { ...manifest, metadata: { ...manifest.metadata, labels: { app: 'misspelt' } } }
    : manifest

/** Derives the configuration of Prometheus from these manifests and reloads it. */
function configure(system: Monitoring, manifests: readonly Manifest[]) {
  writeConfiguration({ ...system, manifests })
  system.services.prometheus.signal('SIGHUP')
}

export const noTarget: Drill<System> = {
  name: 'no-target',
  failure: 'F7',
  does: 'the labels of both metrics Services are misspelt, so that no target exists',
  cause: async (system) => {
    configure(system, system.manifests.map(mislabelled))
    return { recover: async () => configure(system, system.manifests) }
  },
  expects: [
    { alert: 'WorkerDown', within: 4 * MINUTE, shows: /^$/ },
    { alert: 'ApiDown', within: 4 * MINUTE, shows: /^$/ },
  ],
  resolvedWithin: 7 * MINUTE,
}
