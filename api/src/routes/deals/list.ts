import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Deal, DealStatus } from '../../domain/deals/deal.ts'
import { listDeals } from '../../domain/deals/read.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/deals',
  tags: ['deals'],
  summary: 'Own deals',
  request: { query: PageQuery('D').extend({ status: DealStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Deal)), ...refusals(400, 401, 403, 503) },
})

export const listDealsRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await listDeals(db, partyOf(c), c.req.valid('query')), 200),
  )
