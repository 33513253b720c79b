import type { ExpectedSeries } from './expected.ts'

/** One promised series with how it stands; `why` is set where standing still is right. */
export type Finding = {
  readonly series: ExpectedSeries
  readonly standing: 'moved' | 'still' | 'missing'
  readonly why?: string
}

/** What every command writes with `--json`: one figure a line of a table. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit: number | null
  readonly held: boolean | null
  readonly [more: string]: unknown
}

export const isUnexplained = ({ standing, why }: Finding) =>
  standing !== 'moved' && why === undefined

/** One line for each metric and reason, and one for each series that has none. */
export function describeFindings(findings: readonly Finding[]): string[] {
  const still = findings.filter(({ standing }) => standing !== 'moved')
  const groups = groupBy(
    still.filter(({ why }) => why !== undefined),
    ({ series, standing, why }) => `${metricOf(series)} ${standing}: ${why}`,
  )
  const explained = [...groups].map(([line, members]) => `  ${members.length} of ${line}`)
  const unexplained = still
    .filter(isUnexplained)
    .map(
      ({ series, standing }) => `  ${standing.toUpperCase()} without a reason: ${nameOf(series)}`,
    )
  return [...explained, ...unexplained]
}

/** How many series of each metric are unexplained: none may be. */
export function figuresOf(findings: readonly Finding[]): Figure[] {
  const groups = groupBy(findings, ({ series }) => metricOf(series))
  return [...groups].map(([name, members]) => {
    const unexplained = members.filter(isUnexplained)
    return {
      name,
      value: unexplained.length,
      unit: 'series without a reason',
      limit: 0,
      held: unexplained.length === 0,
      promised: members.length,
      moved: members.filter(({ standing }) => standing === 'moved').length,
      unexplained: unexplained.map(({ series }) => nameOf(series)),
      reasons: [...new Set(members.flatMap(({ why }) => why ?? []))],
    }
  })
}

function metricOf({ exporter, definition }: ExpectedSeries): string {
  return `${exporter} ${definition.name}`
}

function nameOf({ exporter, definition, labels }: ExpectedSeries): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return `${exporter} ${definition.name}{${pairs.join(',')}}`
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const name = key(item)
    groups.set(name, [...(groups.get(name) ?? []), item])
  }
  return groups
}
