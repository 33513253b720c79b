import { MONITORING_NAMESPACE } from '../places.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'
import { type Labels, picks } from './wiring.ts'

interface Selector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly unknown[]
}
export interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
}
interface Port {
  readonly port?: number | string | null
  readonly endPort?: number
  readonly protocol?: string
}
export interface Ingress {
  readonly from?: readonly Peer[] | null
  readonly ports?: readonly (Port | null)[] | null
}
interface Policy {
  readonly podSelector?: Selector | null
  readonly policyTypes?: readonly string[]
  readonly ingress?: readonly Ingress[] | null
}

/** A peer by the name of its pods. */
export const isCalled = ({ podSelector }: Peer, name: string): boolean =>
  podSelector?.matchLabels?.['app.kubernetes.io/name'] === name

/** In any other namespace a pod may call itself so. */
const isPrometheus = (peer: Peer) =>
  isCalled(peer, 'prometheus') &&
  peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === MONITORING_NAMESPACE

const admitsOnlyPrometheus = ({ from }: Ingress) =>
  from != null && from.length > 0 && from.every(isPrometheus)

/** Without a port an entry means all of its protocol. A name that no container declares opens nothing. */
const reaches = (entry: Port | null, port: number): boolean => {
  if (entry?.port == null) return true
  const from = Number(entry.port)
  return port >= from && port <= Number(entry.endPort ?? from)
}

/** The one name that no object may give is refused as well, before a container declares it. */
const covers = (entry: Port | null, internal: readonly number[]): boolean =>
  entry?.port === 'metrics' || internal.some((port) => reaches(entry, port))

/**
 * Where a policy admits another client than Prometheus to an internal port, as paths. No list of ports,
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

/** A port as Kubernetes tells it from others: of the same number there is one for each protocol. */
export interface Door {
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
}

const opens = (entry: Port | null, { port, protocol }: Door) =>
  (entry?.protocol ?? 'TCP') === protocol && reaches(entry, port)

/** Whether one of the rules admits a client by name, and not every client, through a door. */
export const letsIn = (
  rules: readonly (Ingress | null)[],
  isMeant: (peer: Peer) => boolean,
  door: Door,
): boolean =>
  rules.some((rule) => {
    const ports = rule?.ports ?? []
    const isOpen = ports.length === 0 || ports.some((entry) => opens(entry, door))
    return isOpen && (rule?.from ?? []).some(isMeant)
  })

/** Whether a policy lets Prometheus in on a metrics port. */
export const letsPrometheusIn = ({ spec }: Manifest, port: number): boolean =>
  letsIn((spec as Policy).ingress ?? [], isPrometheus, { port, protocol: 'TCP' })

/** Whether a policy chooses pods with the labels: they are closed then to all that no policy admits. */
export const closes = ({ kind, spec }: Manifest, labels: Labels): boolean => {
  if (kind !== 'NetworkPolicy') return false
  const { podSelector, policyTypes = ['Ingress'] } = spec as Policy
  const { matchLabels, matchExpressions = [] } = podSelector ?? {}
  return (
    policyTypes.includes('Ingress') && matchExpressions.length === 0 && picks(matchLabels, labels)
  )
}

/** It chooses even a pod without labels, so every one. */
const isDenial = (object: Manifest) =>
  closes(object, {}) && ((object.spec as Policy).ingress ?? []).length === 0

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
        `${file} exposes internals: no NetworkPolicy of its namespace denies ${nameOf(object)} what is not admitted; add one with podSelector: {} and policyTypes: [Ingress] next to it.`,
    )
}
