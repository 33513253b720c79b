import { z } from '@hono/zod-openapi'
import { REFUSAL_CODES } from './refusal.ts'

/** Text that PostgreSQL can store, trimmed. */
export const Text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !text.includes('\0'), 'must not contain the character NUL')

/** Lower case, so that one mailbox is one account. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email())

/** The five terms; days, slots, viewers, minutes and cents. */
export const TermValue = z.int().min(1).max(10_000_000)

export const Instant = z.iso.datetime()

/** A public id such as `C-7F3K2M`. */
export const PublicId = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9A-HJKMNP-TV-Z]{6}$`))

/** The `{id}` of a path. What does not look like an id names nothing, hence 404. */
export const IdParam = (prefix: string) =>
  z.object({
    id: PublicId(prefix).openapi({
      param: { name: 'id', in: 'path' },
      example: `${prefix}-7F3K2M`,
    }),
  })

const RefusalBody = z
  .object({
    error: z.object({
      code: z.enum([...REFUSAL_CODES]),
      message: z.string(),
      field: z.string().optional(),
      state: z.string().optional(),
      request_id: z.string(),
    }),
  })
  .openapi('Refusal')

/** A JSON body in a route's description. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A JSON body that a request must have. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

const REASONS = {
  400: 'The input cannot be taken; `field` names the part.',
  401: 'Nobody is signed in.',
  403: 'This role may not do this.',
  404: 'There is no such thing for this account.',
  409: 'The state does not allow it; `state` names it.',
  413: 'The body is too large.',
  415: 'The body is not said to be JSON.',
  429: 'Too often; wait as `Retry-After` says.',
  503: 'The database, or an outside service, is away; look what became of a change before sending it again.',
} as const

type Refused = {
  description: string
  content: { 'application/json': { schema: typeof RefusalBody } }
}

/** The refusals in a route's description. */
export const refusals = <Status extends keyof typeof REASONS>(...statuses: Status[]) =>
  Object.fromEntries(
    statuses.map((status) => [status, json(REASONS[status], RefusalBody)]),
  ) as Record<Status, Refused>
