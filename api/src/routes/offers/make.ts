import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { makeOffer } from '../../domain/offers/make.ts'
import { NewOffer, Offer } from '../../domain/offers/offer.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/offers',
  tags: ['offers'],
  summary: 'Either side starts a bargain about a campaign',
  request: { params: IdParam('C'), ...jsonBody(NewOffer) },
  responses: {
    201: json('Either side starts a bargain about a campaign.', Offer),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 503),
  },
})

export const makeOfferRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { campaign_id: id })
    const offer = await makeOffer(db, partyOf(c), id, c.req.valid('json'))
    note(c, { offer_id: offer.id })
    return c.json(offer, 201)
  })
