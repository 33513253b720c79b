import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Deal } from '../../domain/deals/deal.ts'
import { getDeal } from '../../domain/deals/read.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/deals/{id}',
  tags: ['deals'],
  summary: 'One deal',
  request: { params: IdParam('D') },
  responses: { 200: json('One deal.', Deal), ...refusals(401, 403, 404, 503) },
})

export const showDeal: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await getDeal(db, partyOf(c), c.req.valid('param').id), 200),
  )
