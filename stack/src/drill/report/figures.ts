import type { Row } from './rows.ts'

/** One figure as `--json FILE` lists it. */
export interface Figure {
  readonly name: string
  readonly value: number | null
  readonly unit: string
  readonly limit: number | null
  readonly held: boolean | null
  readonly [detail: string]: unknown
}

/** The rows of the table, and the time it all took. */
export function figuresOf(rows: readonly Row[], minutes: number): Figure[] {
  return [
    ...rows.map(({ failure, drill, alert, after, limit, held, ...rest }) => ({
      name: `${failure} ${drill}: ${alert}`,
      value: after ?? null,
      unit: 's',
      limit: limit === 0 ? null : limit,
      held,
      resolvedAfter: rest.resolvedAfter,
      message: rest.message,
      problems: rest.problems,
    })),
    { name: 'drills in all', value: minutes, unit: 'min', limit: 45, held: minutes < 45 },
  ]
}
