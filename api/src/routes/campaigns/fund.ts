import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { Campaign, Deposit } from '../../domain/campaigns/campaign.ts'
import { fundCampaign } from '../../domain/campaigns/change.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
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

export const fundCampaignRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { campaign_id: id })
    return c.json(
      await fundCampaign(db, operatorOf(c), id, c.req.valid('json').deposit_reference),
      200,
    )
  })
