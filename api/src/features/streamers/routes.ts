import { createRoute } from '@hono/zod-openapi'
import type { AddRoutes } from '../../http/context.ts'
import { partyOf } from '../../http/context.ts'
import { IdParam, json, PageOf, PageQuery, refusals } from '../../http/openapi.ts'
import { getStreamer, listStreamers, listStreams, Stream, Streamer } from './queries.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api/streamers',
  tags: ['streamers'],
  summary: 'Active streamers',
  request: { query: PageQuery('ST') },
  responses: { 200: json('A page.', PageOf(Streamer)), ...refusals(400, 401, 403, 503) },
})

const showRoute = createRoute({
  method: 'get',
  path: '/api/streamers/{id}',
  tags: ['streamers'],
  summary: 'One streamer',
  request: { params: IdParam('ST') },
  responses: { 200: json('The streamer.', Streamer), ...refusals(401, 403, 404, 503) },
})

const listStreamsRoute = createRoute({
  method: 'get',
  path: '/api/streamers/{id}/streams',
  tags: ['streamers'],
  summary: 'The tracked streams of a streamer',
  request: { params: IdParam('ST'), query: PageQuery('K') },
  responses: { 200: json('A page.', PageOf(Stream)), ...refusals(400, 401, 403, 404, 503) },
})

/** Adds the routes of streamers. */
export const addStreamerRoutes: AddRoutes = (app, { db }) => {
  app.openapi(listRoute, async (c) => {
    partyOf(c)
    return c.json(await listStreamers(db, c.req.valid('query')), 200)
  })

  app.openapi(showRoute, async (c) => {
    partyOf(c)
    return c.json(await getStreamer(db, c.req.valid('param').id), 200)
  })

  app.openapi(listStreamsRoute, async (c) => {
    partyOf(c)
    return c.json(await listStreams(db, c.req.valid('param').id, c.req.valid('query')), 200)
  })
}
