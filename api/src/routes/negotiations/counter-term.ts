import { createRoute, z } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { counterTerm } from '../../domain/negotiations/bargain.ts'
import { Negotiation, TermParam } from '../../domain/negotiations/negotiation.ts'
import { note } from '../../http/env.ts'
import { json, jsonBody, refusals, TermValue } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/terms/{term}/counter',
  tags: ['negotiations'],
  summary: "This side wants another value; the other side's approval is gone",
  request: { params: TermParam, ...jsonBody(z.object({ value: TermValue }).openapi('Counter')) },
  responses: {
    200: json('The negotiation.', Negotiation),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 503),
  },
})

export const counterTermRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id, term } = c.req.valid('param')
    const { value } = c.req.valid('json')
    note(c, { negotiation_id: id })
    return c.json(await counterTerm(db, partyOf(c), id, { term, value }), 200)
  })
