import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { approveTerm } from '../../domain/negotiations/bargain.ts'
import { Negotiation, TermParam } from '../../domain/negotiations/negotiation.ts'
import { note } from '../../http/env.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/terms/{term}/approve',
  tags: ['negotiations'],
  summary: 'This side approves a term as it stands',
  request: { params: TermParam },
  responses: {
    200: json('The negotiation; agreed after the tenth approval.', Negotiation),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const approveTermRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id, term } = c.req.valid('param')
    note(c, { negotiation_id: id })
    return c.json(await approveTerm(db, partyOf(c), id, term), 200)
  })
