import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { Campaign, NewCampaign } from '../../domain/campaigns/campaign.ts'
import { createCampaign } from '../../domain/campaigns/change.ts'
import { note } from '../../http/env.ts'
import { json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/campaigns',
  tags: ['campaigns'],
  summary: 'An operator prepares a campaign',
  request: jsonBody(NewCampaign),
  responses: { 201: json('The campaign.', Campaign), ...refusals(400, 401, 403, 413, 415, 503) },
})

export const createCampaignRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const campaign = await createCampaign(db, operatorOf(c), c.req.valid('json'))
    note(c, { campaign_id: campaign.id })
    return c.json(campaign, 201)
  })
