import type { Figure } from '@verifluence/testkit'
import { hasPassed, type Outcome, type Received } from '../run-drill.ts'

/** One row of the result: an expected notification, or that none was expected. */
export interface Row {
  readonly failure: string
  readonly drill: string
  readonly alert: string
  /** Seconds to the notification; `undefined` when it did not arrive. */
  readonly after: number | undefined
  readonly limit: number
  /** Seconds from recovery to the resolved notification. */
  readonly resolvedAfter: number
  readonly held: boolean
  readonly message: string
  readonly problems: readonly string[]
}

/** The rows of all drills, in the order of the failure list. */
export function rowsOf(outcomes: readonly Outcome[]): Row[] {
  const rows = outcomes.flatMap((outcome) =>
    outcome.received.length === 0
      ? [quietRow(outcome)]
      : outcome.received.map((received) => receivedRow(outcome, received)),
  )
  return rows.sort((one, other) => rank(one) - rank(other))
}

const rank = ({ failure }: Row) => Number(/\d+/.exec(failure)?.[0] ?? 99)

const common = (outcome: Outcome) => ({
  failure: outcome.failure,
  drill: outcome.name,
  resolvedAfter: outcome.resolvedAfter,
  held: hasPassed(outcome),
  problems: outcome.problems,
})

const receivedRow = (outcome: Outcome, { expectation, after, notification }: Received): Row => ({
  ...common(outcome),
  alert:
    expectation.channel === undefined
      ? expectation.alert
      : `${expectation.alert} (${expectation.channel})`,
  after,
  limit: expectation.within,
  message: notification?.text ?? '',
})

const quietRow = (outcome: Outcome): Row => ({
  ...common(outcome),
  alert: 'none',
  after: undefined,
  limit: 0,
  message: '',
})

export const HEAD = ['failure', 'drill', 'alert', 'after', 'limit', 'resolved after', 'passed']

/** The result as a table, each row followed by the text of the message. */
export function tableOf(rows: readonly Row[]): string[] {
  const cells = rows.map(cellsOf)
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    line(HEAD),
    ...rows.flatMap((row, index) => [
      line(cells[index] ?? []),
      ...row.problems.map((problem) => `    !! ${problem}`),
      ...row.message
        .split('\n')
        .filter(Boolean)
        .map((text) => `    | ${text}`),
    ]),
  ]
}

export const cellsOf = (row: Row): string[] => [
  row.failure,
  row.drill,
  row.alert,
  row.after === undefined ? '–' : `${row.after} s`,
  row.limit === 0 ? '–' : `${row.limit} s`,
  row.resolvedAfter === 0 ? '–' : `${row.resolvedAfter} s`,
  row.held ? 'yes' : 'NO',
]

/** The rows as figures, and the duration of the run. */
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
    { name: 'duration of the drills', value: minutes, unit: 'min', limit: 45, held: minutes < 45 },
  ]
}
