import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Negotiation } from '../../domain/negotiations/negotiation.ts'
import { getNegotiation } from '../../domain/negotiations/read.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/negotiations/{id}',
  tags: ['negotiations'],
  summary: 'One negotiation',
  request: { params: IdParam('N') },
  responses: { 200: json('One negotiation.', Negotiation), ...refusals(401, 403, 404, 503) },
})

export const showNegotiation: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await getNegotiation(db, partyOf(c), c.req.valid('param').id), 200),
  )
