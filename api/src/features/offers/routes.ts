import { createRoute } from '@hono/zod-openapi'
import { type AddRoutes, addLogFields, partyOf } from '../../http/context.ts'
import { IdParam, json, jsonBody, PageOf, PageQuery, refusals } from '../../http/openapi.ts'
import { getOffer, listOffers } from './queries.ts'
import { NewOffer, Offer, OfferStatus } from './schema.ts'
import { acceptOffer, declineOffer, makeOffer, withdrawOffer } from './service.ts'

const makeRoute = createRoute({
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

const listRoute = createRoute({
  method: 'get',
  path: '/api/offers',
  tags: ['offers'],
  summary: 'Own offers',
  request: { query: PageQuery('O').extend({ status: OfferStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Offer)), ...refusals(400, 401, 403, 503) },
})

const showRoute = createRoute({
  method: 'get',
  path: '/api/offers/{id}',
  tags: ['offers'],
  summary: 'One offer',
  request: { params: IdParam('O') },
  responses: { 200: json('One offer.', Offer), ...refusals(401, 403, 404, 503) },
})

const acceptRoute = createRoute({
  method: 'post',
  path: '/api/offers/{id}/accept',
  tags: ['offers'],
  summary: 'The receiver accepts, and the negotiation opens',
  request: { params: IdParam('O') },
  responses: {
    200: json('The receiver accepts, and the negotiation opens.', Offer),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const declineRoute = createRoute({
  method: 'post',
  path: '/api/offers/{id}/decline',
  tags: ['offers'],
  summary: 'The receiver declines',
  request: { params: IdParam('O') },
  responses: {
    200: json('The receiver declines.', Offer),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const withdrawRoute = createRoute({
  method: 'post',
  path: '/api/offers/{id}/withdraw',
  tags: ['offers'],
  summary: 'The initiator takes the offer back',
  request: { params: IdParam('O') },
  responses: {
    200: json('The initiator takes the offer back.', Offer),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

/** Adds the routes of offers. */
export const addOfferRoutes: AddRoutes = (app, { db }) => {
  app.openapi(makeRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { campaign_id: id })
    const offer = await makeOffer(db, partyOf(c), id, c.req.valid('json'))
    addLogFields(c, { offer_id: offer.id })
    return c.json(offer, 201)
  })

  app.openapi(listRoute, async (c) =>
    c.json(await listOffers(db, partyOf(c), c.req.valid('query')), 200),
  )

  app.openapi(showRoute, async (c) =>
    c.json(await getOffer(db, partyOf(c), c.req.valid('param').id), 200),
  )

  app.openapi(acceptRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { offer_id: id })
    return c.json(await acceptOffer(db, partyOf(c), id), 200)
  })

  app.openapi(declineRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { offer_id: id })
    return c.json(await declineOffer(db, partyOf(c), id), 200)
  })

  app.openapi(withdrawRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { offer_id: id })
    return c.json(await withdrawOffer(db, partyOf(c), id), 200)
  })
}
