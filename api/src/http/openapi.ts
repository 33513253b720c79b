import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ERROR_CODES } from '../domain/errors.ts'
import { PublicId } from '../domain/fields.ts'
import type { AppEnv } from './context.ts'

/** The `{id}` of a path. A malformed id identifies nothing, hence 404. */
export function IdParam(prefix: string) {
  return z.object({
    id: PublicId(prefix).openapi({
      param: { name: 'id', in: 'path' },
      example: `${prefix}-7F3K2M`,
    }),
  })
}

/** The query of a list: newest first, continued after the last id of the previous page. */
export function PageQuery(prefix: string) {
  return z.object({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    after: PublicId(prefix).optional(),
  })
}

/** A page of a list; pass `next` as `after` to get the following one. */
export function PageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

const ErrorBody = z
  .object({
    error: z.object({
      code: z.enum([...ERROR_CODES]),
      message: z.string(),
      field: z.string().optional(),
      state: z.string().optional(),
      request_id: z.string(),
    }),
  })
  .openapi('Refusal')

/** A JSON body in a route's description. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** A JSON body that a request must have. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } }
}

const REASONS = {
  400: 'The input cannot be taken; `field` names the part.',
  401: 'The client is not signed in.',
  403: 'This role may not do this.',
  404: 'There is no such thing for this account.',
  409: 'The state does not allow it; `state` names it.',
  413: 'The body is too large.',
  415: 'The body is not said to be JSON, or it is compressed.',
  429: 'Too often; wait as `Retry-After` says.',
  503: 'The database, or an outside service, is away; look what became of a change before sending it again.',
} as const

interface ErrorResponse {
  description: string
  content: { 'application/json': { schema: typeof ErrorBody } }
}

/** The error responses in a route's description. */
export function refusals<Status extends keyof typeof REASONS>(...statuses: Status[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, json(REASONS[status], ErrorBody)]),
  ) as Record<Status, ErrorResponse>
}

const documentRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['document'],
  security: [],
  summary: 'This document',
  responses: { 200: json('OpenAPI 3.1.', z.record(z.string(), z.unknown())) },
})

/** How long browsers and proxies may keep the document: it changes with a deploy. */
const DOCUMENT_MAX_AGE_SECONDS = 300

/**
 * Serves the OpenAPI document that the routes' own schemas make up. It is built for the first request
 * and kept: the route is open to anybody, and building it takes longer than everything else here.
 */
export function addOpenApiDocument(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath(documentRoute)
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-session',
  })
  const headers = {
    'content-type': 'application/json',
    'cache-control': `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}`,
  }
  let document: Uint8Array<ArrayBuffer> | undefined
  app.get(documentRoute.path, (c) => {
    document ??= new TextEncoder().encode(
      JSON.stringify(
        app.getOpenAPI31Document({
          openapi: '3.1.0',
          info: { title: 'Verifluence', version: '1' },
          security: [{ session: [] }],
        }),
      ),
    )
    return c.body(document, 200, headers)
  })
}
