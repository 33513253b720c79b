import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

interface Probe {
  readonly httpGet?: { readonly port?: number | string }
}
interface Container {
  readonly name: string
  readonly image?: string
  readonly ports?: readonly { readonly name?: string }[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly volumeMounts?: readonly { readonly name: string }[]
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds?: number } } }
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
}
interface PodSpec {
  readonly terminationGracePeriodSeconds?: number
  readonly containers: readonly Container[]
  readonly volumes?: readonly { readonly name: string }[]
}

/** What the cluster grants where nothing is said, and what both processes take. */
const DEFAULT_GRACE = { pod: 30, process: 20 } as const

const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container) =>
  Object.entries({ startupProbe, livenessProbe, readinessProbe })

/** Names that a probe or a mount refers to in vain, and whether what runs is one known release. */
const faultsOf = (container: Container, { volumes = [] }: PodSpec): string[] => {
  const { image = '', ports = [], volumeMounts = [] } = container
  const declared = ports.map(({ name }) => name)
  const held = volumes.map(({ name }) => name)
  return [
    ...probesOf(container).flatMap(([probe, spec]) => {
      const port = spec?.httpGet?.port
      return typeof port !== 'string' || declared.includes(port)
        ? []
        : [`its ${probe} asks a port named ${port}, which it does not declare; correct the name`]
    }),
    ...volumeMounts
      .filter(({ name }) => !held.includes(name))
      .map(({ name }) => `it mounts the volume ${name}, which the pod does not have; add it`),
    ...(/(@sha256:|:(?!latest$)[\w.-]+$)/.test(image)
      ? []
      : [`its image ${image} has no tag of a release; name one under images in the kustomization`]),
  ]
}

/** Killed while it drains, a process loses what it was allowed to finish. */
const tooHasty = ({ terminationGracePeriodSeconds = DEFAULT_GRACE.pod, containers }: PodSpec) => {
  const needed = containers.map(({ env = [], lifecycle }) => {
    const grace = env.find(({ name }) => name === 'SHUTDOWN_GRACE_SECONDS')?.value
    return Number(grace ?? DEFAULT_GRACE.process) + (lifecycle?.preStop?.sleep?.seconds ?? 0)
  })
  const longest = Math.max(...needed)
  return terminationGracePeriodSeconds > longest
    ? []
    : [
        `terminationGracePeriodSeconds is ${terminationGracePeriodSeconds}, and preStop and SHUTDOWN_GRACE_SECONDS take ${longest}; allow more`,
      ]
}

const checkPod = (object: Manifest): string[] => {
  const pod = (object.spec as { template: { spec: PodSpec } }).template.spec
  return [
    ...pod.containers.flatMap((container) =>
      faultsOf(container, pod).map((fault) => `container ${container.name}: ${fault}`),
    ),
    ...tooHasty(pod),
  ]
}

/** What is valid in a Deployment and yet does not run. Tags come with the build. */
export const checkPods = (tree: Tree): string[] =>
  objectsOf(tree)
    .filter(({ object }) => object.kind === 'Deployment')
    .flatMap(({ file, object }) =>
      checkPod(object).map((fault) => `${file}: ${nameOf(object)}: ${fault}.`),
    )
