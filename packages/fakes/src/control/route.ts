import type { Context } from 'hono'
import type { z } from 'zod'

/** One thing the control API can do; the document at `GET /control` is made of these. */
export type ControlRoute = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly says: string
  readonly body?: z.ZodType
  readonly answer: (asked: { body: unknown; c: Context }) => unknown
}

/** A route whose body is checked against a schema before it is answered. */
export function withBody<Schema extends z.ZodType>(
  route: Omit<ControlRoute, 'answer' | 'body'> & {
    readonly body: Schema
    readonly answer: (body: z.infer<Schema>, c: Context) => unknown
  },
): ControlRoute {
  return { ...route, answer: ({ body, c }) => route.answer(route.body.parse(body), c) }
}

/** The number in the path, or a refusal. @throws RangeError */
export function idIn(c: Context, name = 'id'): number {
  const id = Number(c.req.param(name))
  if (Number.isInteger(id)) return id
  throw new RangeError(`${name} must be an integer, not "${c.req.param(name)}"`)
}

/** A number in the query; undefined when absent. @throws RangeError */
export function numberIn(c: Context, name: string): number | undefined {
  const text = c.req.query(name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isFinite(value)) return value
  throw new RangeError(`${name} must be a number, not "${text}"`)
}
