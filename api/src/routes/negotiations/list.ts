import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { Negotiation, NegotiationStatus } from '../../domain/negotiations/negotiation.ts'
import { listNegotiations } from '../../domain/negotiations/read.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/negotiations',
  tags: ['negotiations'],
  summary: 'Own negotiations',
  request: { query: PageQuery('N').extend({ status: NegotiationStatus.optional() }) },
  responses: { 200: json('A page.', PageOf(Negotiation)), ...refusals(400, 401, 403, 503) },
})

export const listNegotiationsRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await listNegotiations(db, partyOf(c), c.req.valid('query')), 200),
  )
