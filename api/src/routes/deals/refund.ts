import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { Deal } from '../../domain/deals/deal.ts'
import { refundDeal } from '../../domain/deals/end.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/deals/{id}/refund',
  tags: ['deals'],
  summary: 'The operator takes back the payment for open slots',
  request: { params: IdParam('D') },
  responses: {
    200: json('The operator takes back the payment for open slots.', Deal),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const refundDealRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { deal_id: id })
    return c.json(await refundDeal(db, operatorOf(c), id), 200)
  })
