import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Offer, OfferStatus } from '../../domain/offers/offer.ts'
import { listOffers } from '../../domain/offers/read.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/offers',
  tags: ['offers'],
  summary: 'Own offers',
  request: { query: PageQuery('O').extend({ status: OfferStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Offer)), ...refusals(400, 401, 403, 503) },
})

export const listOffersRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await listOffers(db, partyOf(c), c.req.valid('query')), 200),
  )
