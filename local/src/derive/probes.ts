import type { Manifest } from './manifests/parse.ts'

const idOf = ({ metadata }: Manifest) => `${metadata.name}.${metadata.namespace ?? 'default'}`

/** `blackbox-exporter.stage` of `blackbox-exporter.stage.svc:9115`. */
const exporterOf = ({ spec }: Manifest): string => {
  const { url = '' } = (spec as { prober?: { url?: string } }).prober ?? {}
  return url.split('.').slice(0, 2).join('.')
}

/** The manifests without Probes and their exporters: they request public addresses, and this machine has none. */
export function withoutProbes(manifests: readonly Manifest[]): Manifest[] {
  const exporters = manifests.filter(({ kind }) => kind === 'Probe').map(exporterOf)
  return manifests.filter(
    (manifest) => manifest.kind !== 'Probe' && !exporters.includes(idOf(manifest)),
  )
}
