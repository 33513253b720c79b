import { createRoute } from '@hono/zod-openapi'
import type { AddRoutes } from '../../http/context.ts'
import { streamerOf } from '../../http/context.ts'
import { json, jsonBody, refusals } from '../../http/openapi.ts'
import { Streamer } from '../streamers/queries.ts'
import {
  connectKick,
  describe,
  KickConnection,
  NewOperator,
  NewStreamer,
  Operator,
  Person,
  registerOperator,
  registerStreamer,
} from './service.ts'

const registerOperatorRoute = createRoute({
  method: 'post',
  path: '/api/operators',
  tags: ['accounts'],
  summary: 'The signed-in account becomes an operator',
  request: jsonBody(NewOperator),
  responses: { 201: json('The operator.', Operator), ...refusals(400, 401, 409, 413, 415, 503) },
})

const registerStreamerRoute = createRoute({
  method: 'post',
  path: '/api/streamers',
  tags: ['accounts'],
  summary: 'The signed-in account becomes a streamer',
  request: jsonBody(NewStreamer),
  responses: { 201: json('The streamer.', Streamer), ...refusals(400, 401, 409, 413, 415, 503) },
})

const showMeRoute = createRoute({
  method: 'get',
  path: '/api/me',
  tags: ['accounts'],
  summary: 'Who is signed in',
  responses: { 200: json('The account.', Person), ...refusals(401, 503) },
})

const connectKickRoute = createRoute({
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

/** Adds the routes of accounts. */
export const addAccountRoutes: AddRoutes = (app, { db }) => {
  app.openapi(registerOperatorRoute, async (c) =>
    c.json(await registerOperator(db, c.get('account'), c.req.valid('json')), 201),
  )

  app.openapi(registerStreamerRoute, async (c) =>
    c.json(await registerStreamer(db, c.get('account'), c.req.valid('json')), 201),
  )

  app.openapi(showMeRoute, (c) => c.json(describe(c.get('account')), 200))

  app.openapi(connectKickRoute, async (c) =>
    c.json(await connectKick(db, streamerOf(c), c.req.valid('json')), 200),
  )
}
