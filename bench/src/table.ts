import type { Result } from './result.ts'

/** Results as aligned lines: what, how much, the limit, and whether it held. */
export function table(results: readonly Result[]): string {
  const rows = results.map(({ name, value, unit, limit, held, note }) => [
    name,
    `${number(value)} ${unit}`,
    limit === null ? '' : `limit ${number(limit)}`,
    held === null ? '' : held ? 'held' : 'MISSED',
    note ?? '',
  ])
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const number = (value: number) =>
  Math.abs(value) >= 100 || Number.isInteger(value)
    ? String(Math.round(value))
    : value.toPrecision(3)
