import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { listStreams, Stream } from '../../domain/people/streamers.ts'
import { PageOf, PageQuery } from '../../http/page.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/streamers/{id}/streams',
  tags: ['streamers'],
  summary: 'The tracked streams of a streamer',
  request: { params: IdParam('ST'), query: PageQuery('K') },
  responses: { 200: json('A page.', PageOf(Stream)), ...refusals(400, 401, 403, 404, 503) },
})

export const listStreamsRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    partyOf(c)
    return c.json(await listStreams(db, c.req.valid('param').id, c.req.valid('query')), 200)
  })
