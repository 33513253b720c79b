import type { Build } from './built.ts'
import { fluxOf } from './placement.ts'
import { rulesOf } from './rules.ts'
import { type Found, nameOf, type Tree } from './tree.ts'

interface Monitor {
  readonly endpoints: readonly {
    readonly relabelings?: readonly {
      readonly targetLabel?: string
      readonly replacement?: string
    }[]
  }[]
}

/** What a ServiceMonitor writes into the label `env`. */
const stampedBy = ({ object }: Found): string[] =>
  (object.spec as Monitor).endpoints.flatMap(({ relabelings = [] }) =>
    relabelings
      .filter(({ targetLabel }) => targetLabel === 'env')
      .map(({ replacement = '' }) => replacement),
  )

/** An overlay whose patch is missing or mistaken would pass its series off as another environment's. */
const misnamed = (monitor: Found): string[] => {
  const { file, object } = monitor
  return stampedBy(monitor)
    .filter((env) => env !== object.metadata.namespace)
    .map(
      (env) =>
        `${file}: ${nameOf(object)} calls its series env="${env}"; an environment is called like its namespace, so patch the replacement to ${object.metadata.namespace}.`,
    )
}

/** The environments of which a rule fires when no target answers. */
const watched = (tree: Tree): string[] =>
  rulesOf(tree).flatMap(({ alert, labels }) =>
    alert === 'ApiDown' && labels?.env ? [labels.env] : [],
  )

/** Series are distinguished by `env`, and an alert fires when all of an environment's are gone. */
export const checkEnvironments = (tree: Tree, builds: readonly Build[]): string[] => {
  const monitors = (some: readonly Build[]) =>
    some.flatMap(({ objects }) => objects).filter(({ object }) => object.kind === 'ServiceMonitor')
  const folders = fluxOf(tree).map(({ folder }) => folder)
  const applied = monitors(builds.filter(({ folder }) => folders.includes(folder)))
  const seen = watched(tree)
  const scraped = applied.flatMap(stampedBy)
  return [
    ...monitors(builds).flatMap(misnamed),
    ...applied
      .filter((monitor) => stampedBy(monitor).some((env) => !seen.includes(env)))
      .map(
        ({ file, object }) =>
          `${file}: no alert would fire if ${nameOf(object)} were gone; add ${object.metadata.namespace} to environments in monitoring/src/places.ts and generate.`,
      ),
    ...seen
      .filter((env) => !scraped.includes(env))
      .map(
        (env) =>
          `monitoring/src/places.ts lists the environment ${env}, of which Flux applies no ServiceMonitor, so ApiDown would fire for ever; add a Flux Kustomization to sync/ or take it out.`,
      ),
  ]
}
