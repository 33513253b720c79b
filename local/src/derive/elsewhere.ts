import type { Manifest } from './manifests/parse.ts'

interface Rule {
  readonly labels?: Readonly<Record<string, string>>
}
interface Group {
  readonly rules?: readonly Rule[]
}

/**
 * The manifests without those of environments that run elsewhere: their objects, and the rules that
 * evaluate only them. Here such a rule would fire for ever.
 */
export function withoutElsewhere(
  manifests: readonly Manifest[],
  elsewhere: readonly string[],
): Manifest[] {
  return manifests
    .filter(({ metadata }) => !elsewhere.includes(metadata.namespace ?? ''))
    .map((manifest) => (manifest.kind === 'PrometheusRule' ? judgingHere(manifest) : manifest))

  function judgingHere(manifest: Manifest): Manifest {
    const { groups = [], ...spec } = manifest.spec as { groups?: readonly Group[] }
    const isOurs = ({ labels }: Rule) => !elsewhere.includes(labels?.env ?? '')
    const kept = groups.map(({ rules, ...group }) => ({
      ...group,
      ...(rules && { rules: rules.filter(isOurs) }),
    }))
    return { ...manifest, spec: { ...spec, groups: kept } }
  }
}
