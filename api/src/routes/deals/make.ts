import { createRoute } from '@hono/zod-openapi'
import { operatorOf } from '../../auth/account.ts'
import { Deal } from '../../domain/deals/deal.ts'
import { makeDeal } from '../../domain/deals/make.ts'
import { note } from '../../http/env.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/negotiations/{id}/deal',
  tags: ['deals'],
  summary: 'The operator turns an agreed negotiation into a deal',
  request: { params: IdParam('N') },
  responses: {
    201: json('The operator turns an agreed negotiation into a deal.', Deal),
    ...refusals(401, 403, 404, 409, 503),
  },
})

export const makeDealRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param')
    note(c, { negotiation_id: id })
    const deal = await makeDeal(db, operatorOf(c), id)
    note(c, { deal_id: deal.id })
    return c.json(deal, 201)
  })
