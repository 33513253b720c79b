import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Campaign } from '../../domain/campaigns/campaign.ts'
import { getCampaign } from '../../domain/campaigns/read.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/campaigns/{id}',
  tags: ['campaigns'],
  summary: 'One campaign',
  request: { params: IdParam('C') },
  responses: { 200: json('One campaign.', Campaign), ...refusals(401, 403, 404, 503) },
})

export const showCampaign: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await getCampaign(db, partyOf(c), c.req.valid('param').id), 200),
  )
