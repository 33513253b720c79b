import type { Row } from './rows.ts'

export const HEAD = ['failure', 'drill', 'told of', 'after', 'limit', 'over after', 'held']

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
