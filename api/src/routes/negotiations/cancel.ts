import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { cancelNegotiation } from '../../domain/negotiations/bargain.ts'
import { Negotiation } from '../../domain/negotiations/negotiation.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/cancel',
  tags: ['negotiations'],
  summary: 'Either side walks away',
  request: { params: IdParam('N') },
  responses: {
    200: json('Either side walks away.', Negotiation),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const cancelNegotiationRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { negotiation_id: id })
    return c.json(await cancelNegotiation(db, partyOf(c), id), 200)
  })
