import { MONITORING_NAMESPACE } from '../places.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly unknown[]
}
interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
}
interface Port {
  readonly port?: number | string | null
  readonly endPort?: number
}
interface Ingress {
  readonly from?: readonly Peer[] | null
  readonly ports?: readonly (Port | null)[] | null
}
interface Policy {
  readonly podSelector?: Selector | null
  readonly policyTypes?: readonly string[]
  readonly ingress?: readonly Ingress[] | null
}

/** In any other namespace a pod may call itself so. */
const isPrometheus = ({ podSelector, namespaceSelector }: Peer) =>
  podSelector?.matchLabels?.['app.kubernetes.io/name'] === 'prometheus' &&
  namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === MONITORING_NAMESPACE

const admitsOnlyPrometheus = ({ from }: Ingress) =>
  from != null && from.length > 0 && from.every(isPrometheus)

/** Without a port an entry means all of its protocol. A name that no container declares opens nothing. */
const covers = (entry: Port | null, internal: readonly number[]): boolean => {
  if (entry?.port == null) return true
  const from = Number(entry.port)
  if (Number.isNaN(from)) return entry.port === 'metrics'
  const to = Number(entry.endPort ?? from)
  return internal.some((port) => port >= from && port <= to)
}

/**
 * Where a policy admits somebody beside Prometheus to an internal port, as paths. No list of ports,
 * and an empty one, means all of them.
 */
export const admits = ({ spec }: Manifest, internal: readonly number[]): string[] =>
  ((spec as Policy).ingress ?? []).flatMap((rule, index) => {
    const path = `spec/ingress/${index}`
    if (admitsOnlyPrometheus(rule ?? {})) return []
    const ports = rule?.ports ?? []
    if (ports.length === 0) return [`${path} (every port)`]
    return ports.flatMap((entry, at) => (covers(entry, internal) ? [`${path}/ports/${at}`] : []))
  })

const isDenial = ({ kind, spec }: Manifest) => {
  if (kind !== 'NetworkPolicy') return false
  const { podSelector, policyTypes = ['Ingress'], ingress } = spec as Policy
  const { matchLabels = {}, matchExpressions = [] } = podSelector ?? {}
  return (
    Object.keys(matchLabels).length === 0 &&
    matchExpressions.length === 0 &&
    policyTypes.includes('Ingress') &&
    (ingress ?? []).length === 0
  )
}

/** Where no policy selects a pod everybody reaches all its ports: each namespace of ours denies first. */
export const checkDenial = (tree: Tree): string[] => {
  const objects = objectsOf(tree)
  const closed = objects
    .filter(({ object }) => isDenial(object))
    .map(({ object }) => object.metadata.namespace)
  return objects
    .filter(({ object }) => object.kind === 'Deployment')
    .filter(({ object }) => !closed.includes(object.metadata.namespace))
    .map(
      ({ file, object }) =>
        `${file} exposes internals: no NetworkPolicy of its namespace denies ${nameOf(object)} what is not admitted; add one with podSelector: {} and policyTypes: [Ingress] beside it.`,
    )
}
