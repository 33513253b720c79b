import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Service } from '../http/service.ts'
import type { State } from '../state.ts'
import { faultRoutes } from './fault-routes.ts'
import { kickRoutes } from './kick-routes.ts'
import { arrivalRoutes, xRoutes } from './record-routes.ts'
import type { ControlRoute } from './route.ts'
import { webhookRoutes } from './webhook-routes.ts'

/** The JSON API that steers the state. `GET /` describes it; refusals are `{error}` with 400. */
export function createControl(state: State, services: readonly Service[]): Hono {
  const routes = [
    ...faultRoutes(state, services),
    ...arrivalRoutes(state),
    ...kickRoutes(state),
    ...webhookRoutes(state),
    ...xRoutes(state),
  ]
  const app = new Hono()
  app.get('/', (c) => c.json({ routes: routes.map(describe) }))
  app.get('/health', (c) => c.json({ ok: true }))
  for (const route of routes) {
    app.on(route.method, [route.path], async (c) => {
      const body = route.body === undefined ? undefined : await readBody(c)
      return c.json((await route.answer({ body, c })) ?? {})
    })
  }
  app.notFound((c) => c.json({ error: `nothing at ${c.req.path}; see /control` }, 404))
  app.onError((error, c) =>
    error instanceof z.ZodError
      ? c.json({ error: z.prettifyError(error) }, 400)
      : c.json({ error: error.message }, error instanceof RangeError ? 400 : 500),
  )
  return app
}

const describe = ({ method, path, says, body }: ControlRoute) => ({
  method,
  path: `/control${path}`,
  says,
  ...(body && { body: z.toJSONSchema(body) }),
})

/** The JSON body; an absent one counts as `{}`. */
async function readBody(c: Context): Promise<unknown> {
  const text = await c.req.text()
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    throw new RangeError('the body is no JSON')
  }
}
