import { catalogue } from '@verifluence/api/catalogue'
import type { Definition } from 'sideport'
import { readExpression } from '../promql/parse.ts'
import { allExpressions } from './all.ts'
import { knownSeries } from './known.ts'

const DETAIL = 'a detail behind the panel that shows its total; asked for by query'
const LAG = 'dashboards made for prom-client read it; ours show the maximum and the 99th percentile'

/** Metrics that no rule and no panel reads, each with the reason why it is exported all the same. */
const unused: Readonly<Record<string, string>> = {
  nodejs_version_info: 'asked for by query, when a version of Node.js has a bug',
  process_cpu_user_seconds_total: DETAIL,
  process_cpu_system_seconds_total: DETAIL,
  process_virtual_memory_bytes: DETAIL,
  process_heap_bytes: DETAIL,
  process_max_fds: 'a constant, to compare the open files with',
  nodejs_heap_size_total_bytes: DETAIL,
  nodejs_external_memory_bytes: DETAIL,
  nodejs_heap_space_size_total_bytes: DETAIL,
  nodejs_heap_space_size_used_bytes: DETAIL,
  nodejs_heap_space_size_available_bytes: DETAIL,
  nodejs_eventloop_delay_seconds: 'for quantiles over hours, which the gauges cannot give',
  nodejs_eventloop_lag_seconds: LAG,
  nodejs_eventloop_lag_min_seconds: LAG,
  nodejs_eventloop_lag_mean_seconds: LAG,
  nodejs_eventloop_lag_stddev_seconds: LAG,
  nodejs_eventloop_lag_p50_seconds: LAG,
  nodejs_eventloop_lag_p90_seconds: LAG,
  nodejs_active_resources: DETAIL,
  nodejs_active_resources_total: DETAIL,
  nodejs_active_handles: DETAIL,
  nodejs_active_requests: DETAIL,
  nodejs_active_requests_total: DETAIL,
}

/** The metrics that rules and panels read. */
const usedMetrics = (): ReadonlySet<string> =>
  new Set(
    allExpressions
      .filter(({ kind }) => kind !== 'query')
      .flatMap(({ expr }) => readExpression(expr).selectors)
      .flatMap(({ name }) => knownSeries.get(name)?.metric ?? []),
  )

/** Metrics without a reader or an explanation, and explanations of what is read after all. */
export const checkUse = (): string[] => {
  const used = usedMetrics()
  const names = Object.values<Definition>(catalogue).map(({ name }) => name)
  return [
    ...names
      .filter((name) => !used.has(name) && unused[name] === undefined)
      .map(
        (name) =>
          `${name} is in the catalogue, but no panel and no rule reads it; show it in monitoring/src/components or say in monitoring/src/expressions/unused.ts why not.`,
      ),
    ...Object.keys(unused)
      .filter((name) => used.has(name) || !names.includes(name))
      .map(
        (name) =>
          `monitoring/src/expressions/unused.ts excuses ${name}, which ${used.has(name) ? 'is read' : 'is not in the catalogue'}; take it out.`,
      ),
  ]
}
