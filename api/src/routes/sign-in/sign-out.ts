import { createRoute } from '@hono/zod-openapi'
import { endSession } from '../../auth/session.ts'
import { refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'delete',
  path: '/api/sign-in',
  tags: ['sign-in'],
  security: [],
  summary: 'Ends the session, if there is one',
  responses: { 204: { description: 'Signed out.' }, ...refusals(503) },
})

export const signOut: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) => {
    await endSession(c, db)
    return c.body(null, 204)
  })
