import { z } from 'zod'
import { type Manifest, nameOf, readPart } from '../manifests/parse.ts'

/** The fields of a pod that service discovery uses. */
export type Pod = {
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  /** The ports its containers declare. A port may be served without being declared. */
  readonly ports: readonly {
    readonly container: string
    readonly name?: string | undefined
    readonly containerPort: number
  }[]
  /** Where a port of the pod is served on this machine, by its number in the cluster. */
  readonly addresses: Readonly<Record<number, string>>
}

/** Which workloads run here and where: by `namespace/name`, then by the port in the cluster. */
export type LocalAddresses = Readonly<Record<string, Readonly<Record<number, string>>>>

const deploymentSchema = z.looseObject({
  template: z.looseObject({
    metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }),
    spec: z.looseObject({
      containers: z.array(
        z.looseObject({
          name: z.string(),
          ports: z
            .array(z.looseObject({ name: z.string().optional(), containerPort: z.number() }))
            .default([]),
        }),
      ),
    }),
  }),
})

/** One pod of a Deployment, for which a process of this machine stands. */
export function podOf(deployment: Manifest, addresses: LocalAddresses): Pod {
  const { namespace = 'default', name } = deployment.metadata
  const { template } = readPart(nameOf(deployment), deploymentSchema, deployment.spec)
  return {
    name: `${name}-0`,
    namespace,
    labels: template.metadata.labels,
    ports: template.spec.containers.flatMap((container) =>
      container.ports.map((port) => ({
        container: container.name,
        name: port.name,
        containerPort: port.containerPort,
      })),
    ),
    addresses: addresses[`${namespace}/${name}`] ?? {},
  }
}
