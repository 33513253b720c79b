import { createRoute } from '@hono/zod-openapi'
import { describe, Person } from '../../domain/people/person.ts'
import { json, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'get',
  path: '/api/me',
  tags: ['accounts'],
  summary: 'Who is signed in',
  responses: { 200: json('The account.', Person), ...refusals(401, 503) },
})

export const showMe: RouteModule = (app) =>
  app.openapi(route, (c) => c.json(describe(c.get('account')), 200))
