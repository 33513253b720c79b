import { catalogue } from '@verifluence/api/catalogue'
import { type ExpectedSeries, type Exporter, expectedSeries, sampleName } from './expected.ts'
import type { Line } from './exposition.ts'
import { REASONS } from './reasons.ts'
import type { Finding } from './report.ts'

/** The observations of one process: its current exposition, and the highest value of each series. */
export type Seen = { readonly now: readonly Line[]; readonly highest: readonly Line[] }

/** Compares what the catalogue promises of a process with what it exports. */
export function compare(exporter: Exporter, seen: Seen, at: Date): Finding[] {
  const standingOf = createEvaluate(seen)
  const started = seen.now.find(({ name }) => name === 'process_start_time_seconds')?.value ?? 0
  const circumstances = { uptimeSeconds: at.getTime() / 1000 - started }
  return expectedSeries(exporter).map((series) => {
    const standing = standingOf(series)
    const mayBe = standing === 'still' || isAllowedAbsent(series)
    const why = mayBe ? REASONS[series.key]?.(series.labels, circumstances, exporter) : undefined
    return { series, standing, ...(standing !== 'moved' && why !== undefined && { why }) }
  })
}

/** Names that are exported and that the catalogue does not know. */
export function strangers({ now }: Seen): string[] {
  const known = new Set(
    Object.values(catalogue).flatMap(({ name, type }) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    ),
  )
  return [...new Set(now.map(({ name }) => name))].filter((name) => !known.has(name))
}

/** Only what begins absent may be absent; every other series exists from the first scrape on. */
function isAllowedAbsent({ definition, anyLabels }: ExpectedSeries): boolean {
  return anyLabels || (definition.type === 'gauge' && definition.initially === 'absent')
}

function createEvaluate({ now, highest }: Seen): (series: ExpectedSeries) => Finding['standing'] {
  const present = new Set<string>()
  const moved = new Set<string>()
  for (const { name, labels, value } of [...now, ...highest]) {
    for (const key of [keyOf(name, labels), keyOf(name, {})]) {
      present.add(key)
      if (value !== 0 && !Number.isNaN(value)) moved.add(key)
    }
  }
  return ({ definition, exporter, labels, anyLabels }) => {
    const key = keyOf(sampleName(definition), anyLabels ? {} : { ...labels, service: exporter })
    if (moved.has(key)) return 'moved'
    return present.has(key) ? 'still' : 'missing'
  }
}

function keyOf(name: string, labels: Line['labels']): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
  return `${name}{${pairs.sort()}}`
}
