import { createRoute } from '@hono/zod-openapi'
import { NewOperator, Operator, registerOperator } from '../../domain/people/register.ts'
import { json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/operators',
  tags: ['accounts'],
  summary: 'The signed-in account becomes an operator',
  request: jsonBody(NewOperator),
  responses: { 201: json('The operator.', Operator), ...refusals(400, 401, 409, 413, 415, 503) },
})

export const registerOperatorRoute: RouteModule = (app, { db }) =>
  app.openapi(route, async (c) =>
    c.json(await registerOperator(db, c.get('account'), c.req.valid('json')), 201),
  )
