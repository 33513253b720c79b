import { createRoute } from '@hono/zod-openapi'
import { type AddRoutes, addLogFields, operatorOf, partyOf } from '../../http/context.ts'
import { IdParam, json, PageOf, PageQuery, refusals } from '../../http/openapi.ts'
import { getDeal, listDeals } from './queries.ts'
import { Deal, DealStatus } from './schema.ts'
import { cancelDeal, makeDeal, refundDeal } from './service.ts'

const makeRoute = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/deal',
  tags: ['deals'],
  summary: 'The operator turns an agreed negotiation into a deal',
  request: { params: IdParam('N') },
  responses: {
    201: json('The operator turns an agreed negotiation into a deal.', Deal),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/deals',
  tags: ['deals'],
  summary: 'Own deals',
  request: { query: PageQuery('D').extend({ status: DealStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Deal)), ...refusals(400, 401, 403, 503) },
})

const showRoute = createRoute({
  method: 'get',
  path: '/api/deals/{id}',
  tags: ['deals'],
  summary: 'One deal',
  request: { params: IdParam('D') },
  responses: { 200: json('One deal.', Deal), ...refusals(401, 403, 404, 503) },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/deals/{id}/cancel',
  tags: ['deals'],
  summary: 'Either side gives up a deal for which nothing counts yet',
  request: { params: IdParam('D') },
  responses: {
    200: json('Either side gives up a deal for which nothing counts yet.', Deal),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

const refundRoute = createRoute({
  method: 'post',
  path: '/api/deals/{id}/refund',
  tags: ['deals'],
  summary: 'The operator takes back the payment for open slots',
  request: { params: IdParam('D') },
  responses: {
    200: json('The operator takes back the payment for open slots.', Deal),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

/** Adds the routes of deals. */
export const addDealRoutes: AddRoutes = (app, { db }) => {
  app.openapi(makeRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { negotiation_id: id })
    const deal = await makeDeal(db, operatorOf(c), id)
    addLogFields(c, { deal_id: deal.id })
    return c.json(deal, 201)
  })

  app.openapi(listRoute, async (c) =>
    c.json(await listDeals(db, partyOf(c), c.req.valid('query')), 200),
  )

  app.openapi(showRoute, async (c) =>
    c.json(await getDeal(db, partyOf(c), c.req.valid('param').id), 200),
  )

  app.openapi(cancelRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { deal_id: id })
    return c.json(await cancelDeal(db, partyOf(c), id), 200)
  })

  app.openapi(refundRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { deal_id: id })
    return c.json(await refundDeal(db, operatorOf(c), id), 200)
  })
}
