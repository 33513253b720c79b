import { keptLabels } from '../promql/kept-labels.ts'

/** Labels that a text fills in although the expression drops them: a hole in the message. */
export const labelsMissing = (expr: string, texts: readonly string[]): string[] => {
  const isKept = keptLabels(expr)
  return texts
    .flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label))
    .filter((label) => !isKept(label))
}
