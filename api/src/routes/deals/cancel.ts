import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Deal } from '../../domain/deals/deal.ts'
import { cancelDeal } from '../../domain/deals/end.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/deals/{id}/cancel',
  tags: ['deals'],
  summary: 'Either side gives up a deal for which nothing counts yet',
  request: { params: IdParam('D') },
  responses: {
    200: json('Either side gives up a deal for which nothing counts yet.', Deal),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const cancelDealRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { deal_id: id })
    return c.json(await cancelDeal(db, partyOf(c), id), 200)
  })
