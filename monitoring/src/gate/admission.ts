import { MONITORING_NAMESPACE } from '../places.ts'
import { closes, letsPrometheusIn } from './policies.ts'
import { type Found, inNamespaceOf, type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'
import { type Labels, type Monitor, picks, type ServiceSpec, type Workload } from './wiring.ts'

/** Pods that Prometheus asks, and where. */
interface Scrape {
  readonly workload: Manifest
  readonly port: number
}

const podLabels = ({ spec }: Manifest): Labels => (spec as Workload).template.metadata.labels ?? {}

/** From a ServiceMonitor over its Services to pods. A port by name is one that pods declare. */
const scrapesOf = (monitor: Found, objects: readonly Found[]): Scrape[] => {
  const { selector, endpoints } = monitor.object.spec as Monitor
  return inNamespaceOf(objects, monitor, 'Service')
    .filter(({ metadata }) => picks(selector.matchLabels, metadata.labels))
    .map(({ spec }) => spec as ServiceSpec)
    .flatMap((service) =>
      (service.ports ?? [])
        .filter(({ name }) => endpoints.some(({ port }) => port === name))
        .flatMap(({ port, targetPort = port }) =>
          inNamespaceOf(objects, monitor, 'Deployment')
            .filter((workload) => picks(service.selector, podLabels(workload)))
            .map((workload) => ({ workload, port: Number(targetPort) })),
        ),
    )
}

/** Pods that no policy chooses are open to everybody; others to those whom one of these admits. */
const shutsOut = (policies: readonly Manifest[], { workload, port }: Scrape): boolean => {
  const closing = policies.filter((policy) => closes(policy, podLabels(workload)))
  return closing.length > 0 && !closing.some((policy) => letsPrometheusIn(policy, port))
}

/** Who is denied to everybody is denied to Prometheus, and seems to be down from then on. */
export const checkAdmission = (tree: Tree): string[] => {
  const objects = objectsOf(tree)
  return objects
    .filter(({ object }) => object.kind === 'ServiceMonitor')
    .flatMap((monitor) =>
      scrapesOf(monitor, objects)
        .filter((scrape) => shutsOut(inNamespaceOf(objects, monitor, 'NetworkPolicy'), scrape))
        .map(
          ({ workload, port }) =>
            `${monitor.file}: ${nameOf(monitor.object)} scrapes ${nameOf(workload)} on ${port}, where no NetworkPolicy lets Prometheus in, so all of it seems down; add one that selects its pods by matchLabels and admits app.kubernetes.io/name: prometheus of the namespace ${MONITORING_NAMESPACE} on that port.`,
        ),
    )
}
