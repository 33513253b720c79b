import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../http/env.ts'
import type { Health } from '../http/health.ts'
import { json } from '../http/schemas.ts'

const State = z.object({ status: z.string() }).openapi('Probe')

const liveness = createRoute({
  method: 'get',
  path: '/_liveness',
  tags: ['probes'],
  security: [],
  summary: 'Whether the process runs',
  responses: { 200: json('It does.', State) },
})

const readiness = createRoute({
  method: 'get',
  path: '/_readiness',
  tags: ['probes'],
  security: [],
  summary: 'Whether the process takes traffic',
  responses: { 200: json('It does.', State), 503: json('Not now.', State) },
})

/** The two probes that Kubernetes asks; the same for both processes. */
export const addProbes = (app: OpenAPIHono<AppEnv>, health: Health) => {
  app.openapi(liveness, (c) => c.json({ status: 'alive' }, 200))
  app.openapi(readiness, async (c) =>
    (await health.ready())
      ? c.json({ status: 'ready' }, 200)
      : c.json({ status: 'not ready' }, 503),
  )
}
