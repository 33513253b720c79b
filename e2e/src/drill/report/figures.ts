import type { Figure } from '@verifluence/testkit'
import type { Row } from './rows.ts'

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
