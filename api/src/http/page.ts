import { z } from '@hono/zod-openapi'
import type { QueryResultRow } from 'pg'
import { type Db, rows } from '../db/query.ts'
import { PublicId } from './schemas.ts'

/** The query of a list: newest first, going on after the last id of the page before. */
export const PageQuery = (prefix: string) =>
  z.object({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    after: PublicId(prefix).optional(),
  })

export interface Paging {
  readonly limit: number
  readonly after?: string | undefined
}

/** A page of a list; `next` goes into `after`. */
export const PageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

/**
 * Reads one page.
 * @param select up to and including `from` with its joins.
 * @param where conditions on `table`, numbered from $1.
 */
export const readPage = async <Row extends QueryResultRow & { id: string }>(
  db: Db,
  list: { table: string; select: string; where: string; values: unknown[] },
  { limit, after }: Paging,
): Promise<{ items: Row[]; next: string | null }> => {
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
