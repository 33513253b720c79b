import { type Frame, type Series, seriesFrames, tableFrame, transform } from './frames.ts'
import type { Panel } from './model.ts'
import { interpolate, legendOf, type ResolvedVariable, type Source, stepOf } from './template.ts'

/** What a panel's queries depend on. Times are seconds since 1970. */
export interface Asked {
  readonly from: number
  readonly to: number
  /** Between two scrapes. */
  readonly scrape: number
  readonly variables: readonly ResolvedVariable[]
  readonly source: Source
}

export interface Answer {
  readonly frames: readonly Frame[]
  readonly range: Range
}

export interface Range {
  readonly start: number
  readonly end: number
  readonly step: number
}

/** Points that a panel has room for, and never closer than the panel or one of its queries wants. */
export const panelStep = (
  { interval, targets, maxDataPoints }: Panel,
  { from, to, scrape }: Omit<Asked, 'variables' | 'source'>,
  width: number,
): number =>
  stepOf(
    from,
    to,
    maxDataPoints ?? width,
    Math.max(scrape, interval, ...targets.map((target) => target.interval)),
  )

/** Asks what a panel shows. @throws Error where one of its queries is refused. */
export async function askPanel(
  panel: Panel,
  { from, to, scrape, variables, source }: Asked,
  width: number,
): Promise<Answer> {
  const step = panelStep(panel, { from, to, scrape }, width)
  // On whole steps, so that panels and refreshes ask for the same samples.
  const range = { start: Math.floor(from / step) * step, end: Math.floor(to / step) * step, step }
  const answers = await Promise.all(
    panel.targets.map(async (target): Promise<readonly Frame[]> => {
      const { refId, isTable, instant, legendFormat } = target
      const expr = interpolate(target.expr, variables, { from, to, step, scrape })
      const series: readonly Series[] = instant
        ? (await source.instant({ expr, time: to })).map(({ metric, value }) => ({
            metric,
            values: [value],
          }))
        : await source.range({ expr, ...range })
      if (isTable)
        return [tableFrame(refId, series, panel.targets.length > 1 ? `Value #${refId}` : 'Value')]
      return seriesFrames(refId, series, (metric) =>
        interpolate(legendOf(legendFormat, metric, expr), variables),
      )
    }),
  )
  return { frames: transform(answers.flat(), panel.transformations), range }
}
