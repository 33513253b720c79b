import { OTHER } from '../../catalogue/index.ts'
import type { Row } from './postgres.ts'

/** A table that is read on each refresh. */
export interface SqlTable<Table extends string> {
  /** The value of the label `table`. */
  readonly table: Table
  readonly statement: string
  /**
   * Turns the statement's rows into the act of setting the gauges, so that a table shows all of one
   * reading or nothing of it.
   *
   * @throws Error when the rows are not as promised; the gauges are as before then.
   */
  read(rows: readonly Row[]): () => void
}

interface Gauge {
  set(value: number): void
}

export interface CountByStatusOptions<Table extends string, Status extends string> {
  readonly table: Table
  /**
   * One row a status: `status`, `count`, and where `pending` is set `oldest`, the instant (a
   * timestamptz) since which the oldest row of that status has waited.
   *
   * @example select status, count(*), min(created_at) as oldest from offers group by status
   */
  readonly statement: string
  /** Each is 0 when no row has it; the counts of all others are added up under `other`. */
  readonly statuses: readonly Status[]
  readonly byStatus: { readonly with: (labels: { status: Status }) => Gauge }
  /** The status in which a row waits for a person; `oldest` is absent while no row waits. */
  readonly pending?: {
    readonly status: NoInfer<Status>
    readonly oldest: Gauge & { remove(): void }
  }
}

/** A table whose rows are counted by status; handles of a catalogue fit. */
export function countByStatus<const Table extends string, const Status extends string>({
  table,
  statement,
  statuses,
  byStatus,
  pending,
}: CountByStatusOptions<Table, Status>): SqlTable<Table> {
  /** Once an unknown status appeared, `other` must also return to 0. */
  const shown = new Set<Status>(statuses)
  return {
    table,
    statement,
    read(rows) {
      const counts = new Map<Status, number>()
      let oldest: number | undefined
      for (const row of rows) {
        const status = (statuses as readonly unknown[]).includes(row.status)
          ? (row.status as Status)
          : (OTHER as Status)
        counts.set(status, (counts.get(status) ?? 0) + numberOf(row.count, `${table}.count`))
        if (status === pending?.status) oldest = instantOf(row.oldest, `${table}.oldest`)
      }
      return () => {
        for (const status of counts.keys()) shown.add(status)
        for (const status of shown) byStatus.with({ status }).set(counts.get(status) ?? 0)
        if (oldest === undefined) pending?.oldest.remove()
        else pending?.oldest.set(oldest)
      }
    },
  }
}

/** PostgreSQL's count(*) is a bigint, which `pg` hands over as text. */
function numberOf(value: unknown, column: string): number {
  const isText = typeof value === 'string' && value.trim() !== ''
  const number = isText || typeof value === 'bigint' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw new TypeError(
    `The column ${column} holds ${String(value) || 'no text'}; it must hold a number`,
  )
}

function instantOf(value: unknown, column: string): number | undefined {
  if (value === null) return undefined
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.getTime() / 1000
  throw new TypeError(`The column ${column} holds ${String(value)}; it must hold a timestamptz`)
}
