import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Offer } from '../../domain/offers/offer.ts'
import { getOffer } from '../../domain/offers/read.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/offers/{id}',
  tags: ['offers'],
  summary: 'One offer',
  request: { params: IdParam('O') },
  responses: { 200: json('One offer.', Offer), ...refusals(401, 403, 404, 503) },
})

export const showOffer: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await getOffer(db, partyOf(c), c.req.valid('param').id), 200),
  )
