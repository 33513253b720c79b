import { UserError } from '@verifluence/testkit'
import { z } from 'zod'
import { type Manifest, nameOf, readPart } from '../manifests/parse.ts'
import type { Pod } from './pods.ts'

/** An address with the labels Kubernetes discovery would attach to it. */
export type StaticTarget = {
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
}

const serviceSchema = z.looseObject({
  selector: z.record(z.string(), z.string()).default({}),
  ports: z
    .array(
      z.looseObject({
        name: z.string().default(''),
        port: z.number(),
        targetPort: z.union([z.number(), z.string()]).optional(),
      }),
    )
    .default([]),
})

/** The meta label of service discovery: `pod_name` → `__meta_kubernetes_pod_name`. */
export function metaLabel(name: string): string {
  return `__meta_kubernetes_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`
}

/**
 * The targets that endpoints discovery finds for a Service: one for each port on each pod its
 * selector matches.
 *
 * @throws UserError when a port leads to nothing on this machine.
 */
export function targetsOf(service: Manifest, pods: readonly Pod[]): StaticTarget[] {
  const namespace = service.metadata.namespace ?? 'default'
  const { selector, ports } = readPart(nameOf(service), serviceSchema, service.spec)
  const chosen = pods.filter((pod) => pod.namespace === namespace && matches(selector, pod.labels))
  return chosen.flatMap((pod) =>
    ports.map(({ name, port, targetPort = port }) => {
      const number = portNumber(pod, targetPort)
      const address = pod.addresses[number]
      if (address === undefined) throw notServed(service, pod, targetPort)
      return { address, labels: discovered(service, pod, { name, number }) }
    }),
  )
}

function portNumber(pod: Pod, targetPort: number | string): number {
  if (typeof targetPort === 'number') return targetPort
  return pod.ports.find(({ name }) => name === targetPort)?.containerPort ?? Number.NaN
}

function notServed(service: Manifest, pod: Pod, port: number | string): UserError {
  const served = Object.keys(pod.addresses).join(', ') || 'none'
  return new UserError(
    `${nameOf(service)} leads to port ${port} of ${pod.namespace}/${pod.name}, which the local stack does not serve (it serves ${served}): correct the port, or add the workload to local/src/configuration.ts.`,
  )
}

function discovered(
  service: Manifest,
  pod: Pod,
  port: { readonly name: string; readonly number: number },
): Record<string, string> {
  // Discovery knows the container of a target only where the container declares the port.
  const declared = pod.ports.find(({ containerPort }) => containerPort === port.number)
  const known: Record<string, string> = {
    namespace: pod.namespace,
    service_name: service.metadata.name,
    endpoint_port_name: port.name,
    endpoint_address_target_kind: 'Pod',
    endpoint_address_target_name: pod.name,
    pod_name: pod.name,
    ...(declared && { pod_container_name: declared.container }),
    pod_phase: 'Running',
    pod_ready: 'true',
    ...labelled('service', service.metadata.labels ?? {}),
    ...labelled('pod', pod.labels),
  }
  return Object.fromEntries(Object.entries(known).map(([name, value]) => [metaLabel(name), value]))
}

function labelled(kind: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  const facts = Object.entries(labels).flatMap(([label, value]) => [
    [`${kind}_label_${label}`, value],
    [`${kind}_labelpresent_${label}`, 'true'],
  ])
  return Object.fromEntries(facts)
}

function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value)
}
