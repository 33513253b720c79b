import type { Build } from './built.ts'
import { type Applied, fluxOf, holds } from './placement.ts'
import type { Tree } from './tree.ts'

/** Failures that end nothing: what is waited for has not come, or Flux begins again at once. */
const UNDER_WAY = ['ArtifactFailed', 'DependencyNotReady', 'HealthCheckCanceled']

const reasons = UNDER_WAY.map((reason) => `'${reason}'`).join(', ')

/** What Flux asks of pods before it applies their rules. While it is at work, Ready is `Unknown`. */
const READY_OR_GIVEN_UP = [
  `has(dep.status.conditions) && dep.status.conditions.exists(c, c.type == 'Ready' &&`,
  `(c.status == 'True' || c.status == 'False' && !(c.reason in [${reasons}])))`,
].join(' ')

/** Pods that start would be reported as dead, so rules wait until all are ready or given up. */
export const checkFirstStart = (tree: Tree, builds: readonly Build[]): string[] => {
  const flux = fluxOf(tree)
  const pods = flux.filter((one) => holds(builds, one, ['Deployment']))
  const rules = flux.filter((one) => holds(builds, one, ['PrometheusRule']))
  return [
    ...pods
      .filter(({ isAwaited }) => !isAwaited)
      .map(
        ({ file, name }) =>
          `${file}: Flux Kustomization ${name} applies pods and must say wait: true, or it counts as ready while they start.`,
      ),
    ...rules.flatMap((one) => pods.flatMap((evaluated) => tooEarly(one, evaluated))),
  ]
}

const tooEarly = ({ file, name, waitsFor }: Applied, pods: Applied): string[] => {
  const subject = `${file}: Flux Kustomization ${name}`
  const remedy = `readyExpr: ${READY_OR_GIVEN_UP}`
  if (name === pods.name)
    return [`${subject} applies rules together with the pods that they evaluate; apply them apart.`]
  const wait = waitsFor.find((one) => one.name === pods.name)
  if (wait === undefined)
    return [
      `${subject} brings rules that would report the pods of ${pods.name} while they start; add dependsOn: ${pods.name} with ${remedy}`,
    ]
  if (wait.readyExpr?.trim().replace(/\s+/g, ' ') === READY_OR_GIVEN_UP) return []
  return [
    `${subject} needs another readyExpr for ${pods.name}: the rules come once its pods are ready or given up, not before and not never. Write ${remedy}`,
  ]
}
