import type { Manifest } from '@verifluence/local'
import { writeConfiguration } from '@verifluence/local'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import type { Site, WholeSite } from '../site/site.ts'

/** A Service whose labels no ServiceMonitor selects: Prometheus is left without a target. */
const mislabelled = (manifest: Manifest): Manifest =>
  manifest.kind === 'Service' && manifest.metadata.name.endsWith('-metrics')
    ? { ...manifest, metadata: { ...manifest.metadata, labels: { app: 'misspelt' } } }
    : manifest

/** Gives Prometheus the configuration that follows from these manifests. */
function configure(site: Site, manifests: readonly Manifest[]) {
  writeConfiguration({ ...site, manifests })
  site.parts.prometheus.signal('SIGHUP')
}

export const noTarget: Drill<WholeSite> = {
  name: 'no-target',
  failure: 'F7',
  does: 'the labels of both metrics Services are misspelt, so that no target exists',
  cause: async (site) => {
    configure(site, site.manifests.map(mislabelled))
    return { mend: async () => configure(site, site.manifests) }
  },
  arrives: [
    { alert: 'WorkerDown', within: 4 * MINUTE, shows: /^$/ },
    { alert: 'ApiDown', within: 4 * MINUTE, shows: /^$/ },
  ],
  resolvedWithin: 7 * MINUTE,
}
