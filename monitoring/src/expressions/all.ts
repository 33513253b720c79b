import {
  type MetricKey,
  platformGroups,
  queries,
  recordingGroups,
  stalenessGroup,
} from '../components/index.ts'
import { dashboardPath } from '../generate/dashboards.ts'
import { PLATFORM_RULES, STALENESS_RULES } from '../generate/rules.ts'
import { dashboards } from '../grafana/dashboards.ts'
import { annotations } from '../grafana/render.ts'

/** An expression, and the place a reader has to go to. */
export interface PlacedExpression {
  readonly file: string
  /** For instance `alert ViewerPollStale` or `panel vf-api/latency`. */
  readonly place: string
  readonly expr: string
  readonly kind: 'alert' | 'recording' | 'panel' | 'query'
  /** Why it may rightly return nothing. */
  readonly mayBeEmpty?: string
}

const HEALTHY = 'an alert returns nothing while all is well'

const ofAlerts: PlacedExpression[] = [stalenessGroup, ...platformGroups].flatMap((group) =>
  group.alerts.map(({ name, expr }) => ({
    file: group === stalenessGroup ? STALENESS_RULES : PLATFORM_RULES,
    place: `alert ${name}`,
    expr,
    kind: 'alert',
    mayBeEmpty: HEALTHY,
  })),
)

const ofRecordings: PlacedExpression[] = recordingGroups.flatMap(({ recordings }) =>
  recordings.map(({ record, expr, mayBeEmpty }) => ({
    file: PLATFORM_RULES,
    place: `recording ${record}`,
    expr,
    kind: 'recording',
    ...(mayBeEmpty !== undefined && { mayBeEmpty }),
  })),
)

const ofPanels: PlacedExpression[] = dashboards.flatMap(({ uid, rows }) =>
  rows
    .flatMap(({ panels }) => panels)
    .flatMap(({ key, queries, mayBeEmpty }) =>
      queries.map(({ expr }) => ({
        file: dashboardPath(uid),
        place: `panel ${uid}/${key}`,
        expr,
        kind: 'panel' as const,
        ...(mayBeEmpty === undefined ? {} : { mayBeEmpty }),
      })),
    ),
)

const ofAnnotations: PlacedExpression[] = annotations.map(({ name, expr, mayBeEmpty }) => ({
  file: 'monitoring/src/grafana/render.ts',
  place: `annotation ${name}`,
  expr,
  kind: 'panel',
  mayBeEmpty,
}))

const ofQueries: PlacedExpression[] = (Object.keys(queries) as MetricKey[]).flatMap((key) =>
  queries[key].map(({ answers: _, ...query }) => ({
    file: 'monitoring/src/components',
    place: `useful query of ${key}`,
    kind: 'query' as const,
    ...query,
  })),
)

/** Every expression of rules, dashboards and docs. */
export const allExpressions: readonly PlacedExpression[] = [
  ...ofRecordings,
  ...ofAlerts,
  ...ofPanels,
  ...ofAnnotations,
  ...ofQueries,
]
