import { targets } from '../places.ts'
import { type Found, inNamespaceOf, type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

/** Labels of an object, or those by which another one selects it. */
export type Labels = Readonly<Record<string, string>>
interface Selector {
  readonly matchLabels?: Labels
}

export interface Workload {
  readonly selector: Selector
  readonly template: {
    readonly metadata: { readonly labels?: Labels }
    readonly spec: {
      readonly containers: readonly { readonly ports?: readonly { readonly name?: string }[] }[]
    }
  }
}
export interface ServiceSpec {
  readonly selector?: Labels
  readonly ports?: readonly {
    readonly name?: string
    readonly port: number
    readonly targetPort?: number | string
  }[]
}
export interface Monitor {
  readonly selector: Selector
  readonly endpoints: readonly {
    readonly port?: string
    readonly honorLabels?: boolean
    readonly relabelings?: readonly { readonly targetLabel?: string }[]
  }[]
}

export const picks = (selector: Labels = {}, labels: Labels = {}) =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)
const written = (labels: Labels = {}) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
const isEmpty = (labels: Labels = {}) => Object.keys(labels).length === 0

/** By which labels an object chooses pods; none where it chooses none or all of them. */
const choiceOf = ({ kind, spec }: Manifest): Labels | undefined => {
  if (kind === 'Service') return (spec as ServiceSpec).selector
  if (kind === 'Deployment') return (spec as Workload).selector.matchLabels
  if (kind === 'NetworkPolicy') return (spec as { podSelector?: Selector }).podSelector?.matchLabels
  if (kind === 'PodDisruptionBudget') return (spec as { selector?: Selector }).selector?.matchLabels
  return undefined
}

/** A selector that chooses no pod is valid to Kubernetes: traffic, scrapes or a policy just stay away. */
const withoutPods = ({ file, object }: Found, workloads: readonly Manifest[]): string[] => {
  const choice = choiceOf(object)
  if (isEmpty(choice)) return []
  const candidates = object.kind === 'Deployment' ? [object] : workloads
  const chosen = candidates.filter(({ spec }) =>
    picks(choice, (spec as Workload).template.metadata.labels),
  )
  if (chosen.length === 0)
    return [
      `${file}: ${nameOf(object)} selects pods with ${written(choice)}, which no workload of its namespace has; correct the selector or the labels of the pods.`,
    ]
  if (object.kind !== 'Service') return []
  const declared = chosen.flatMap(({ spec }) =>
    (spec as Workload).template.spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name }) => name),
    ),
  )
  return ((object.spec as ServiceSpec).ports ?? [])
    .filter(({ targetPort }) => typeof targetPort === 'string' && !declared.includes(targetPort))
    .map(
      ({ targetPort }) =>
        `${file}: ${nameOf(object)} leads to a port named ${targetPort}, which its pods do not declare; correct the name.`,
    )
}

/** What a ServiceMonitor needs so that targets appear, and under the labels that rules ask for. */
const withoutTargets = ({ file, object }: Found, services: readonly Manifest[]): string[] => {
  const { selector, endpoints } = object.spec as Monitor
  const chosen = services.filter(({ metadata }) => picks(selector.matchLabels, metadata.labels))
  if (chosen.length === 0)
    return [
      `${file}: ${nameOf(object)} selects Services with ${written(selector.matchLabels)}, which none of its namespace has; correct the selector or the labels of the Service.`,
    ]
  const names = chosen.flatMap(({ spec }) =>
    ((spec as ServiceSpec).ports ?? []).map(({ name }) => name),
  )
  return endpoints.flatMap(({ port, honorLabels, relabelings = [] }) => [
    ...(names.includes(port)
      ? []
      : [
          `${file}: ${nameOf(object)} scrapes a port named ${port}, which its Service does not have; it has ${names.join(', ')}.`,
        ]),
    ...(honorLabels === true
      ? []
      : [
          `${file}: ${nameOf(object)} must say honorLabels: true, or the exported job="viewer-poll" arrives as exported_job and no staleness rule finds it.`,
        ]),
    ...(relabelings.some(({ targetLabel }) => targetLabel === 'env')
      ? []
      : [
          `${file}: ${nameOf(object)} must set the label env by a relabeling; rules and routes tell environments apart by it.`,
        ]),
  ])
}

/** Objects find each other by labels and names; a mistake there is valid YAML and silence in the cluster. */
export const checkWiring = (tree: Tree): string[] => {
  const objects = objectsOf(tree)
  const services = objects.filter(({ object }) => object.kind === 'Service')
  return [
    ...objects.flatMap((one) => withoutPods(one, inNamespaceOf(objects, one, 'Deployment'))),
    ...objects
      .filter(({ object }) => object.kind === 'ServiceMonitor')
      .flatMap((one) => withoutTargets(one, inNamespaceOf(objects, one, 'Service'))),
    ...Object.values(targets)
      .filter(({ job }) => !services.some(({ object }) => object.metadata.name === job))
      .map(
        ({ job }) =>
          `No Service in operations/ is named ${job}, the job that rules and panels ask for; give the metrics Service that name.`,
      ),
  ]
}
