import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Campaign, CampaignStatus } from '../../domain/campaigns/campaign.ts'
import { listCampaigns } from '../../domain/campaigns/read.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/campaigns',
  tags: ['campaigns'],
  summary: 'Own campaigns, or those that take offers',
  request: { query: PageQuery('C').extend({ status: CampaignStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Campaign)), ...refusals(400, 401, 403, 503) },
})

export const listCampaignsRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await listCampaigns(db, partyOf(c), c.req.valid('query')), 200),
  )
