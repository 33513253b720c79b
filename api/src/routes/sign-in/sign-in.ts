import { createRoute, z } from '@hono/zod-openapi'
import { redeemPin } from '../../auth/pin.ts'
import { startSession } from '../../auth/session.ts'
import { accountFor } from '../../domain/people/person.ts'
import { clientAddress } from '../../http/client-address.ts'
import { note } from '../../http/env.ts'
import { Email, json, jsonBody, refusals } from '../../http/schemas.ts'
import type { RouteModule } from '../../http/services.ts'

const Pin = z.string().regex(/^\d{6}$/, 'must be six digits')

const route = createRoute({
  method: 'post',
  path: '/api/sign-in',
  tags: ['sign-in'],
  security: [],
  summary: 'Exchanges a PIN for a session cookie',
  request: jsonBody(z.object({ email: Email, pin: Pin }).openapi('SignIn')),
  responses: {
    200: json('Signed in; the session is in an http-only cookie.', z.object({ email: z.string() })),
    ...refusals(400, 401, 413, 415, 429, 503),
  },
})

export const signIn: RouteModule = (app, { db, clientAddressHeader }) =>
  app.openapi(route, async (c) => {
    const { email, pin } = c.req.valid('json')
    await redeemPin(db, { email, pin, from: clientAddress(c, clientAddressHeader) })
    const accountId = await accountFor(db, email)
    await startSession(c, db, accountId)
    note(c, { account_id: accountId })
    return c.json({ email }, 200)
  })
