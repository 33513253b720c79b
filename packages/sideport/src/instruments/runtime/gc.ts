import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { histogram, oneOf } from '../../catalogue/index.ts'
import type { Part } from './part.ts'

const KINDS = ['major', 'minor', 'incremental', 'weakcb'] as const
type Kind = (typeof KINDS)[number]

/** The pauses of the garbage collector. */
export function gcMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  return {
    gcDuration: histogram({
      name: `${prefix}nodejs_gc_duration_seconds`,
      help: 'Time taken by each run of the garbage collector, by kind.',
      unit: 'seconds',
      labels: [oneOf('kind', KINDS)],
      buckets: [0.001, 0.01, 0.1, 1, 2, 5],
      exportedBy,
    }),
  }
}

/** https://nodejs.org/api/perf_hooks.html#garbage-collection-gc-details */
type GcEntry = PerformanceEntry & { readonly detail: { readonly kind: number } }

const kindOf = new Map<number, Kind>([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

export const gc: Part<ReturnType<typeof gcMetrics>> = ({ metrics }) => {
  const observer = new PerformanceObserver((list) => {
    // Several runs arrive in one call, when the loop was busy between them.
    for (const entry of list.getEntries()) {
      const { detail, duration } = entry as GcEntry
      const kind = kindOf.get(detail.kind)
      if (kind) metrics.gcDuration.observe({ kind }, duration / 1_000)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}
