import type { QueryResultRow } from 'pg'
import { type Db, rows } from './query.ts'

/** Which page of a list to read. */
export interface Paging {
  readonly limit: number
  /** The public id of the last item of the previous page. */
  readonly after?: string | undefined
}

/**
 * Reads one page.
 * @param list `select` reaches up to and including `from` with its joins; `where` holds conditions on
 * `table`, with parameters numbered from $1.
 */
export async function readPage<Row extends QueryResultRow & { id: string }>(
  db: Db,
  list: { table: string; select: string; where: string; values: unknown[] },
  { limit, after }: Paging,
): Promise<{ items: Row[]; next: string | null }> {
  const { table, select, where, values } = list
  const before = `$${values.length + 1}::text`
  const items = await rows<Row>(
    db,
    `${select}
     where ${where}
       and (${before} is null
            or ${table}.id < (select id from ${table} as mark where mark.public_id = ${before}))
     order by ${table}.id desc limit $${values.length + 2}`,
    [...values, after ?? null, limit + 1],
  )
  const page = items.slice(0, limit)
  return { items: page, next: items.length > limit ? (page.at(-1)?.id ?? null) : null }
}
