import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { Campaign } from '../../domain/campaigns/campaign.ts'
import { cancelCampaign } from '../../domain/campaigns/change.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/cancel',
  tags: ['campaigns'],
  summary: 'The operator cancels a campaign',
  request: { params: IdParam('C') },
  responses: {
    200: json('The operator cancels a campaign.', Campaign),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const cancelCampaignRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { campaign_id: id })
    return c.json(await cancelCampaign(db, operatorOf(c), id), 200)
  })
