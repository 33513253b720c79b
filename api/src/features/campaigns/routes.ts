import { createRoute } from '@hono/zod-openapi'
import { type AddRoutes, addLogFields, operatorOf, partyOf } from '../../http/context.ts'
import { IdParam, json, jsonBody, PageOf, PageQuery, refusals } from '../../http/openapi.ts'
import { getCampaign, listCampaigns } from './queries.ts'
import { Campaign, CampaignStatus, Deposit, NewCampaign } from './schema.ts'
import { cancelCampaign, createCampaign, fundCampaign } from './service.ts'

const newCampaignRoute = createRoute({
  method: 'post',
  path: '/api/campaigns',
  tags: ['campaigns'],
  summary: 'An operator prepares a campaign',
  request: jsonBody(NewCampaign),
  responses: { 201: json('The campaign.', Campaign), ...refusals(400, 401, 403, 413, 415, 503) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/campaigns',
  tags: ['campaigns'],
  summary: 'Own campaigns, or those that take offers',
  request: { query: PageQuery('C').extend({ status: CampaignStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Campaign)), ...refusals(400, 401, 403, 503) },
})

const showRoute = createRoute({
  method: 'get',
  path: '/api/campaigns/{id}',
  tags: ['campaigns'],
  summary: 'One campaign',
  request: { params: IdParam('C') },
  responses: { 200: json('One campaign.', Campaign), ...refusals(401, 403, 404, 503) },
})

const fundRoute = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/fund',
  tags: ['campaigns'],
  summary: 'The operator funds a campaign',
  request: { params: IdParam('C'), ...jsonBody(Deposit) },
  responses: {
    200: json('The operator funds a campaign.', Campaign),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 503),
  },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/cancel',
  tags: ['campaigns'],
  summary: 'The operator cancels a campaign',
  request: { params: IdParam('C') },
  responses: {
    200: json('The operator cancels a campaign.', Campaign),
    ...refusals(401, 403, 404, 409, 413, 415, 503),
  },
})

/** Adds the routes of campaigns. */
export const addCampaignRoutes: AddRoutes = (app, { db }) => {
  app.openapi(newCampaignRoute, async (c) => {
    const campaign = await createCampaign(db, operatorOf(c), c.req.valid('json'))
    addLogFields(c, { campaign_id: campaign.id })
    return c.json(campaign, 201)
  })

  app.openapi(listRoute, async (c) =>
    c.json(await listCampaigns(db, partyOf(c), c.req.valid('query')), 200),
  )

  app.openapi(showRoute, async (c) =>
    c.json(await getCampaign(db, partyOf(c), c.req.valid('param').id), 200),
  )

  app.openapi(fundRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { campaign_id: id })
    return c.json(
      await fundCampaign(db, operatorOf(c), id, c.req.valid('json').deposit_reference),
      200,
    )
  })

  app.openapi(cancelRoute, async (c) => {
    const { id } = c.req.valid('param')
    addLogFields(c, { campaign_id: id })
    return c.json(await cancelCampaign(db, operatorOf(c), id), 200)
  })
}
