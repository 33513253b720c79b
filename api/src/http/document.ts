import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from './env.ts'
import { json } from './schemas.ts'

const description = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['document'],
  security: [],
  summary: 'This document',
  responses: { 200: json('OpenAPI 3.1.', z.record(z.string(), z.unknown())) },
})

/** Serves the description that the routes' own schemas make up. */
export const addDocument = (app: OpenAPIHono<AppEnv>) => {
  app.openAPIRegistry.registerPath(description)
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-session',
  })
  app.doc31(description.path, {
    openapi: '3.1.0',
    info: { title: 'Verifluence', version: '1' },
    security: [{ session: [] }],
  })
}
