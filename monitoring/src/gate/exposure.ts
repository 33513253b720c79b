import { MONITORING_NAMESPACE, targets } from '../places.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

/** Kinds by which traffic reaches a pod. */
const OPENING = /^(Service|Ingress|Gateway|NetworkPolicy|.*Route)$/
const INTERNAL = new Set<unknown>([
  ...Object.values(targets).flatMap(({ port }) => [port, String(port)]),
  'metrics',
])
const METRICS_SERVICES: readonly string[] = Object.values(targets).map(({ job }) => job)
const PORTS = Object.values(targets).map(({ port }) => port)

/** Where an object names an internal port, as paths; ranges of ports count. */
const mentions = (value: unknown, path: readonly string[] = []): string[] => {
  if (typeof value !== 'object' || value === null)
    return INTERNAL.has(value) && isPortKey(path) ? [path.join('/')] : []
  const { port, endPort } = value as { port?: unknown; endPort?: unknown }
  const inRange =
    typeof port === 'number' &&
    typeof endPort === 'number' &&
    PORTS.some((internal) => internal > port && internal <= endPort)
  return [
    ...(inRange ? [[...path, 'endPort'].join('/')] : []),
    ...Object.entries(value).flatMap(([key, child]) => mentions(child, [...path, key])),
  ]
}

const isPortKey = (path: readonly string[]) =>
  ['port', 'targetPort', 'nodePort', 'number', 'name', 'sectionName', 'containerPort'].includes(
    path.at(-1) ?? '',
  ) && !path.includes('metadata')

/** A metrics Service: of its known name, without an address of its own, for its one port. */
const isMetricsService = ({ kind, metadata, spec }: Manifest) => {
  const { clusterIP, type } = spec as { clusterIP?: string; type?: string }
  return (
    kind === 'Service' &&
    METRICS_SERVICES.includes(metadata.name) &&
    clusterIP === 'None' &&
    (type === undefined || type === 'ClusterIP')
  )
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
}
interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
}
interface Ingress {
  readonly from?: readonly Peer[]
  readonly ports?: readonly unknown[]
}

/** In any other namespace a pod may call itself so. */
const isPrometheus = ({ podSelector, namespaceSelector }: Peer) =>
  podSelector?.matchLabels?.['app.kubernetes.io/name'] === 'prometheus' &&
  namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === MONITORING_NAMESPACE

const rulesOf = ({ spec }: Manifest): readonly Ingress[] =>
  (spec as { ingress?: readonly Ingress[] }).ingress ?? []

const admitsOnlyPrometheus = ({ from = [] }: Ingress) => from.length > 0 && from.every(isPrometheus)

/** The metrics ports are opened in two places and no other; each further one is an exposure. */
const exposures = (object: Manifest): string[] => {
  if (isMetricsService(object)) return []
  if (object.kind !== 'NetworkPolicy') return mentions(object.spec, ['spec'])
  return rulesOf(object).flatMap((rule, index) => {
    if (admitsOnlyPrometheus(rule)) return []
    const at = ['spec', 'ingress', String(index)]
    // No list of ports means all of them.
    return rule.ports === undefined ? [`${at.join('/')} (every port)`] : mentions(rule, at)
  })
}

/**
 * No Service, Gateway, route, Ingress or NetworkPolicy names a metrics port, but the two metrics
 * Services and the policies that admit Prometheus alone.
 */
export const checkExposure = (tree: Tree): string[] =>
  objectsOf(tree)
    .filter(({ object }) => OPENING.test(object.kind))
    .map(({ file, object }) => ({ file, object, where: exposures(object) }))
    .filter(({ where }) => where.length > 0)
    .map(
      ({ file, object, where }) =>
        `${file} exposes internals: ${nameOf(object)} opens a metrics port at ${where.join(', ')}. ` +
        `Only the headless Services ${METRICS_SERVICES.join(' and ')} and policies that admit Prometheus alone may; take it out.`,
    )
