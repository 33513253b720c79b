import { createRoute } from '@hono/zod-openapi'
import { NewStreamer, registerStreamer } from '../../domain/people/register.ts'
import { Streamer } from '../../domain/people/streamers.ts'
import { json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/streamers',
  tags: ['accounts'],
  summary: 'The signed-in account becomes a streamer',
  request: jsonBody(NewStreamer),
  responses: { 201: json('The streamer.', Streamer), ...refusals(400, 401, 409, 413, 415, 503) },
})

export const registerStreamerRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await registerStreamer(db, c.get('account'), c.req.valid('json')), 201),
  )
