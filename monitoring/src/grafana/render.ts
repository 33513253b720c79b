import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { catalogue } from '@verifluence/api/catalogue'
import { alerts } from '../components/index.ts'
import { addresses, environments, LOKI_UID, targets } from '../places.ts'
import { anyOf, select, series } from '../promql/series.ts'
import { duration } from '../promql/time.ts'
import { panelId, runbookUrl } from './links.ts'
import { inEnv } from './query.ts'
import type { DashboardSpec, PanelSpec, Query, VariableSpec } from './spec.ts'

/** The one chosen at the top of the dashboard. */
const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

const HEIGHT = { stat: 4, lines: 8, stacked: 8 } as const

/** A stat shows now: of a range it would show the last sample, be it hours old. */
const target =
  ({ kind }: PanelSpec) =>
  ({ expr, legend }: Query, index: number) => {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode('A'.charCodeAt(0) + index))
      .datasource(DATASOURCE)
      .expr(expr)
      .legendFormat(legend)
    return kind === 'stat' ? query.instant() : query.range()
  }

/** Without a limit a value is neither good nor bad, and green would say that it is good. */
const thresholds = ({ limit, badBelow = false }: PanelSpec) => {
  const [good, bad] = [limit === undefined ? 'text' : 'green', 'red']
  const [below, above] = badBelow ? [bad, good] : [good, bad]
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([
      { value: null, color: below },
      ...(limit === undefined ? [] : [{ value: limit, color: above }]),
    ])
}

const runbook = (alert: string) =>
  new DashboardLinkBuilder(`Runbook: ${alert}`)
    .type(DashboardLinkType.Link)
    .url(runbookUrl(alert))
    .targetBlank(true)

const stat = () =>
  new StatBuilder().colorMode(BigValueColorMode.Value).graphMode(BigValueGraphMode.None)

const lines = ({ kind, limit }: PanelSpec) => {
  const builder = new TimeseriesBuilder()
    .lineWidth(1)
    .fillOpacity(kind === 'stacked' ? 40 : 5)
    .axisSoftMin(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
  if (kind === 'stacked') builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
  if (limit !== undefined)
    builder.thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Line),
    )
  return builder
}

/** A line alone does not tell how long a value may stay beyond it. */
const describe = ({ description, alert, limit }: PanelSpec): string => {
  if (alert === undefined || limit === undefined) return description
  const waits = [...new Set(alerts.filter(({ name }) => name === alert).map((one) => one.for))]
  const [shortest = 0] = waits.toSorted((one, other) => one - other)
  const when = shortest === 0 ? 'at once' : `once it has lasted for ${duration(shortest)}`
  return `${description} ${alert} fires ${when}.`
}

/** A panel in Grafana's own model, from what is particular about it. */
const renderPanel = (spec: PanelSpec) => {
  const builder = spec.kind === 'stat' ? stat() : lines(spec)
  builder
    .id(panelId(spec.key))
    .title(spec.title)
    .description(describe(spec))
    .datasource(DATASOURCE)
    .unit(spec.unit)
    .span(spec.width)
    .height(HEIGHT[spec.kind])
    .thresholds(thresholds(spec))
    .targets(spec.queries.map(target(spec)))
  if (spec.max !== undefined) builder.max(spec.max)
  if (spec.interval !== undefined) builder.interval(spec.interval)
  if (spec.mayBeEmpty !== undefined) builder.noValue(spec.kind === 'stat' ? '–' : spec.mayBeEmpty)
  if (spec.alert !== undefined) builder.links([runbook(spec.alert)])
  return builder
}

const TAG = 'verifluence'

const everyValue = { text: 'All', value: '$__all' }

/** Values of a label; "All" also matches series that lack it. */
const variable = ({ name, label, of }: VariableSpec) =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(`label_values(${of}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current(everyValue)

/** One at a time: errors of stage next to requests of production would be a ratio of nothing. */
const environment = new QueryVariableBuilder('env')
  .label('Environment')
  .datasource(DATASOURCE)
  .query(
    `label_values(${select('up', { job: anyOf(Object.values(targets).map(({ job }) => job)) })}, env)`,
  )
  .refresh(VariableRefresh.OnTimeRangeChanged)
  .sort(VariableSort.AlphabeticalAsc)
  .multi(false)
  .includeAll(false)
  .current({ text: environments[0], value: environments[0] })

const datasource = new DatasourceVariableBuilder('datasource')
  .label('Prometheus')
  .type('prometheus')
  .current({ text: 'Prometheus', value: 'prometheus' })

const requestId = new TextBoxVariableBuilder('request_id')
  .label('Request id')
  .description('Paste the id of a request, then follow the link to its log lines.')

/** What is drawn over every panel: something changed, or something is wrong. */
export const annotations = [
  {
    name: 'Deploys',
    color: 'blue',
    // A build that was not there two minutes ago.
    expr:
      `group by (service, version, revision) (${series(catalogue.buildInfo, inEnv())}) unless ` +
      `group by (service, version, revision) (${series(catalogue.buildInfo, inEnv())} offset 2m)`,
    title: 'Deploy of {{service}}',
    text: '{{version}} {{revision}}',
    mayBeEmpty: 'nothing was deployed in the last two minutes',
  },
  {
    name: 'Alerts',
    color: 'red',
    expr: 'ALERTS{alertstate="firing", severity=~"critical|warning", env=~"$env|"}',
    title: '{{alertname}}',
    text: '{{severity}} {{env}} {{job}}',
    mayBeEmpty: 'no alert fires',
  },
] as const

const annotation = ({ name, color, expr, title, text }: (typeof annotations)[number]) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step('60s')
    .titleFormat(title)
    .textFormat(text)

const logsOfRequest = encodeURIComponent(
  JSON.stringify({
    datasource: LOKI_UID,
    // Exactly one environment is chosen; Loki refuses a matcher that everything would pass.
    queries: [{ refId: 'A', expr: '{namespace="$env"} | json | request_id="$request_id"' }],
  }),
  // Grafana fills variables in only where it still sees them.
).replaceAll('%24', '$')

const links = [
  new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .keepTime(true)
    .includeVars(true),
  new DashboardLinkBuilder('Runbooks')
    .type(DashboardLinkType.Link)
    .url(`${addresses.docs}/runbooks`)
    .targetBlank(true),
  new DashboardLinkBuilder('Log lines of the request')
    .type(DashboardLinkType.Link)
    .url(`/explore?left=${logsOfRequest}`)
    .targetBlank(true),
]

/** Builds a dashboard in Grafana's own model. */
export const renderDashboard = ({
  uid,
  description,
  variables,
  rows,
}: DashboardSpec): Dashboard => {
  const builder = new DashboardBuilder(uid)
    .uid(uid)
    .description(
      `${description} Generated by \`npm run generate\` from monitoring/src/components; edit that.`,
    )
    .tags([TAG])
    .readonly()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .variables([datasource, environment, ...variables.map(variable), requestId])
    .annotations(annotations.map(annotation))
    .links(links)
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title))
    for (const panel of row.panels) builder.withPanel(renderPanel(panel))
  }
  return builder.build()
}
