import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { acceptOffer } from '../../domain/offers/answer.ts'
import { Offer } from '../../domain/offers/offer.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/offers/{id}/accept',
  tags: ['offers'],
  summary: 'The receiver accepts, and the negotiation opens',
  request: { params: IdParam('O') },
  responses: {
    200: json('The receiver accepts, and the negotiation opens.', Offer),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const acceptOfferRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { offer_id: id })
    return c.json(await acceptOffer(db, partyOf(c), id), 200)
  })
