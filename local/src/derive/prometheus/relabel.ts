import { z } from 'zod'

/** A relabelling step as Prometheus's own configuration file spells it. */
export type Relabel = {
  readonly source_labels?: readonly string[]
  readonly separator?: string
  readonly regex?: string
  readonly modulus?: number
  readonly target_label?: string
  readonly replacement?: string
  readonly action?: string
}

/** A relabelling step as a ServiceMonitor spells it. */
export const relabelSchema = z
  .strictObject({
    sourceLabels: z.array(z.string()).optional(),
    separator: z.string().optional(),
    regex: z.string().optional(),
    modulus: z.number().optional(),
    targetLabel: z.string().optional(),
    replacement: z.string().optional(),
    action: z.string().optional(),
  })
  .transform(
    ({ sourceLabels, targetLabel, action, ...same }): Relabel => ({
      ...(sourceLabels && { source_labels: sourceLabels }),
      ...(targetLabel && { target_label: targetLabel }),
      ...withoutUndefined(same),
      // The custom resource allows capitals here, the configuration file does not.
      ...(action && { action: action.toLowerCase() }),
    }),
  )

/** Drops keys that are present without a value, which YAML would write as null. */
export function withoutUndefined<T extends object>(
  object: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
