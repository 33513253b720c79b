import { createRoute } from '@hono/zod-openapi'
import { partyOf } from '../../auth/account.ts'
import { getStreamer, Streamer } from '../../domain/people/streamers.ts'
import { IdParam, json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/streamers/{id}',
  tags: ['streamers'],
  summary: 'One streamer',
  request: { params: IdParam('ST') },
  responses: { 200: json('The streamer.', Streamer), ...refusals(401, 403, 404, 503) },
})

export const showStreamer: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    partyOf(c)
    return c.json(await getStreamer(db, c.req.valid('param').id), 200)
  })
