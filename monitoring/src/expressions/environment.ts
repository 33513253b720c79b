import { keptLabels } from '../promql/kept-labels.ts'

/**
 * The environment of an alert, as its annotations can name it: the rule's own label, else the one of
 * the series; none where neither has it. Prometheus fills in `$labels` from the series alone.
 */
export const environmentOf = (
  expr: string,
  labels: Readonly<Record<string, string>> = {},
): string | undefined => labels.env ?? (keptLabels(expr)('env') ? '{{ $labels.env }}' : undefined)
