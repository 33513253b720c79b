import { createRoute } from '@hono/zod-openapi'
import { streamerOf } from '../../auth/account.ts'
import { connectKick, KickConnection } from '../../domain/people/connect-kick.ts'
import { Streamer } from '../../domain/people/streamers.ts'
import { json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'put',
  path: '/api/me/kick',
  tags: ['accounts'],
  summary: 'The signed-in streamer connects its Kick channel',
  request: jsonBody(KickConnection),
  responses: {
    200: json('The streamer.', Streamer),
    ...refusals(400, 401, 403, 409, 413, 415, 503),
  },
})

export const connectKickRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await connectKick(db, streamerOf(c), c.req.valid('json')), 200),
  )
