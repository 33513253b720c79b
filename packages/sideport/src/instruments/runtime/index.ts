import { eventLoop, eventLoopMetrics } from './event-loop.ts'
import { gc, gcMetrics } from './gc.ts'
import { memory, memoryMetrics } from './memory.ts'
import type { RuntimeHost } from './part.ts'
import {
  cpu,
  cpuMetrics,
  descriptorMetrics,
  descriptors,
  processFacts,
  processMetrics,
} from './process.ts'
import { resourceMetrics, resources } from './resources.ts'

/**
 * Catalogue entries for the process and the Node.js runtime, under the names prom-client gave them.
 * Where prom-client measures wrong these do not: every run of the garbage collector counts, and any
 * number of scrapers reads the same event-loop delay. Spread them into the catalogue and start them
 * with `instrumentRuntime`.
 *
 * @param prefix put before every name. Default: none, as dashboards expect.
 */
export function runtimeMetrics<const Exporter extends string>(
  exportedBy: readonly Exporter[],
  prefix = '',
) {
  return {
    ...processMetrics(prefix, exportedBy),
    ...cpuMetrics(prefix, exportedBy),
    ...memoryMetrics(prefix, exportedBy),
    ...descriptorMetrics(prefix, exportedBy),
    ...eventLoopMetrics(prefix, exportedBy),
    ...gcMetrics(prefix, exportedBy),
    ...resourceMetrics(prefix, exportedBy),
  }
}

export type RuntimeMetrics<Exporter extends string = string> = ReturnType<
  typeof runtimeMetrics<Exporter>
>

/**
 * Fills the runtime metrics of a sideport from now on. Nothing it starts keeps the process alive.
 *
 * @returns the way to stop it.
 * @example
 * const sideport = createSideport({ catalogue: runtimeMetrics(['shop']), exporter: 'shop', registry })
 * instrumentRuntime(sideport)
 */
export function instrumentRuntime(host: RuntimeHost<RuntimeMetrics>): () => void {
  const parts = [processFacts, cpu, memory, descriptors, eventLoop, gc, resources]
  const stops = parts.map((start) => start(host))
  return () => {
    for (const stop of stops) stop()
  }
}
