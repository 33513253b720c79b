import { readExpression } from '../promql/parse.ts'

/** Labels that the result of an expression may have; none where it keeps whatever its series have. */
const keptBy = (expr: string): ReadonlySet<string> | undefined => {
  const { groupings, selectors } = readExpression(expr)
  if (groupings.length === 0) return undefined
  const replaced = [...expr.matchAll(/label_replace\([\s\S]*?,\s*"(\w+)",/g)]
  return new Set([
    ...groupings.flatMap(({ labels }) => labels),
    ...replaced.map(([, label = '']) => label),
    // `absent` takes its labels from the matchers.
    ...selectors.flatMap(({ matchers }) => matchers.map(({ label }) => label)),
  ])
}

/** Labels that a text fills in although the expression drops them: a hole in the message. */
export const labelsMissing = (expr: string, texts: readonly string[]): string[] => {
  const kept = keptBy(expr)
  if (kept === undefined) return []
  return texts
    .flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label))
    .filter((label) => !kept.has(label))
}
