import { createRoute, z } from '@hono/zod-openapi'
import { issuePin, PIN_MINUTES } from '../../auth/pin.ts'
import { clientAddress } from '../../http/client-address.ts'
import { note } from '../../http/env.ts'
import { unavailable } from '../../http/refusal.ts'
import { Email, json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const route = createRoute({
  method: 'post',
  path: '/api/sign-in/pin',
  tags: ['sign-in'],
  security: [],
  summary: 'Sends a PIN of six digits by e-mail',
  request: jsonBody(z.object({ email: Email }).openapi('PinRequest')),
  responses: {
    202: json('The e-mail is on its way.', z.object({ valid_minutes: z.int() })),
    ...refusals(400, 413, 415, 429, 503),
  },
})

export const requestPin: RouteModule = (app, { db, email, clientAddressHeader }) =>
  app.openapi(route, async (c) => {
    const { email: to } = c.req.valid('json')
    const pin = await issuePin(db, to, clientAddress(c, clientAddressHeader))
    const text = `Your PIN is ${pin}. It is valid for ${PIN_MINUTES} minutes. If you did not ask for it, ignore this e-mail.`
    try {
      await email.send({ to, subject: 'Your PIN for Verifluence', text }, c.req.raw.signal)
    } catch (error) {
      note(c, { error: String(error) })
      throw unavailable('The e-mail could not be sent; ask for another PIN in a moment.', 10)
    }
    return c.json({ valid_minutes: PIN_MINUTES }, 202)
  })
