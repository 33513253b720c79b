import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { listStreamers, Streamer } from '../../domain/people/streamers.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/streamers',
  tags: ['streamers'],
  summary: 'Active streamers',
  request: { query: PageQuery('ST') },
  responses: { 200: json('A page.', PageOf(Streamer)), ...refusals(400, 401, 403, 503) },
})

export const listStreamersRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    partyOf(c)
    return c.json(await listStreamers(db, c.req.valid('query')), 200)
  })
