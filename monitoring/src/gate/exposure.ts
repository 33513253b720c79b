import { targets } from '../places.ts'
import { admits } from './policies.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

/** Kinds by which traffic reaches a pod. */
const OPENING = /^(Service|Ingress|Gateway|.*Route)$/
const METRICS_SERVICES: readonly string[] = Object.values(targets).map(({ job }) => job)
const PORTS: readonly number[] = Object.values(targets).map(({ port }) => port)
const PORT_KEYS = ['port', 'targetPort', 'nodePort', 'number', 'name', 'sectionName']

const isInternal = (port: unknown) =>
  port === 'metrics' || (typeof port !== 'object' && PORTS.includes(Number(port)))

/** Where an object names an internal port, as paths. */
const mentions = (value: unknown, path: readonly string[]): string[] => {
  if (typeof value !== 'object' || value === null)
    return isInternal(value) && PORT_KEYS.includes(path.at(-1) ?? '') ? [path.join('/')] : []
  return Object.entries(value).flatMap(([key, child]) => mentions(child, [...path, key]))
}

interface ServiceSpec {
  readonly clusterIP?: string
  readonly type?: string
  readonly externalIPs?: readonly string[]
}

/** A metrics Service: of its known name, without an address of its own. */
const isMetricsService = ({ kind, metadata, spec }: Manifest) => {
  const { clusterIP, type = 'ClusterIP', externalIPs = [] } = spec as ServiceSpec
  return (
    kind === 'Service' &&
    METRICS_SERVICES.includes(metadata.name) &&
    clusterIP === 'None' &&
    type === 'ClusterIP' &&
    externalIPs.length === 0
  )
}

interface Container {
  readonly ports?: readonly {
    readonly name?: string
    readonly containerPort?: unknown
    readonly hostPort?: unknown
  }[]
}
interface PodSpec {
  readonly hostNetwork?: boolean
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
}

/**
 * What a workload declares of the metrics port. Undeclared it has no name by which a Service, a route
 * or a policy could mean it, so those need not be resolved.
 */
const declared = ({ spec }: Manifest): string[] => {
  const pod = (spec as { template?: { spec?: PodSpec } } | undefined)?.template?.spec
  if (pod === undefined) return []
  const path = 'spec/template/spec'
  const ports = (['containers', 'initContainers'] as const).flatMap((list) =>
    (pod[list] ?? []).flatMap((container, at) =>
      (container.ports ?? []).map((port, index) => ({
        port,
        at: `${path}/${list}/${at}/ports/${index}`,
      })),
    ),
  )
  return [
    ...(pod.hostNetwork === true ? [`${path}/hostNetwork`] : []),
    ...ports.flatMap(({ port, at }) =>
      (['name', 'containerPort', 'hostPort'] as const)
        .filter((key) => isInternal(port[key]))
        .map((key) => `${at}/${key}`),
    ),
  ]
}

const exposures = (object: Manifest): string[] => {
  if (object.kind === 'NetworkPolicy') return admits(object, PORTS)
  if (!OPENING.test(object.kind)) return declared(object)
  return isMetricsService(object) ? [] : mentions(object.spec, ['spec'])
}

/**
 * No Service, Gateway, route, Ingress, NetworkPolicy or container names a metrics port, but the two
 * metrics Services and the policies that admit Prometheus alone.
 */
export const checkExposure = (tree: Tree): string[] =>
  objectsOf(tree)
    .map(({ file, object }) => ({ file, object, where: exposures(object) }))
    .filter(({ where }) => where.length > 0)
    .map(
      ({ file, object, where }) =>
        `${file} exposes internals: ${nameOf(object)} opens a metrics port at ${where.join(', ')}. ` +
        `Only the headless Services ${METRICS_SERVICES.join(' and ')} and policies that admit Prometheus alone may; take it out.`,
    )
