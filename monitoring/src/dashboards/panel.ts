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
  DashboardLinkBuilder,
  DashboardLinkType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { panelId, runbookUrl } from '../links.ts'
import type { PanelSpec, Query } from './spec.ts'

/** The one chosen at the top of the dashboard. */
export const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

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

const thresholds = ({ limit, badBelow = false }: PanelSpec) => {
  const [below, above] = badBelow ? ['red', 'green'] : ['green', 'red']
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

/** A panel in Grafana's own model, from what is particular about it. */
export const renderPanel = (spec: PanelSpec) => {
  const builder = spec.kind === 'stat' ? stat() : lines(spec)
  builder
    .id(panelId(spec.key))
    .title(spec.title)
    .description(spec.description)
    .datasource(DATASOURCE)
    .unit(spec.unit)
    .span(spec.width)
    .height(HEIGHT[spec.kind])
    .thresholds(thresholds(spec))
    .targets(spec.queries.map(target(spec)))
  if (spec.max !== undefined) builder.max(spec.max)
  if (spec.mayBeEmpty !== undefined) builder.noValue(spec.kind === 'stat' ? '–' : spec.mayBeEmpty)
  if (spec.alert !== undefined) builder.links([runbook(spec.alert)])
  return builder
}
