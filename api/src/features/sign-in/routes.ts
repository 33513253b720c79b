import { createRoute, z } from '@hono/zod-openapi'
import { unavailable } from '../../domain/errors.ts'
import { Email } from '../../domain/fields.ts'
import { type AddRoutes, addLogFields, clientAddress } from '../../http/context.ts'
import { json, jsonBody, refusals } from '../../http/openapi.ts'
import { accountFor } from '../accounts/service.ts'
import { issuePin, PIN_MINUTES, redeemPin } from './pin.ts'
import { endSession, startSession } from './session.ts'

const requestPinRoute = createRoute({
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

const Pin = z.string().regex(/^\d{6}$/, 'must be six digits')

const signInRoute = createRoute({
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

const signOutRoute = createRoute({
  method: 'delete',
  path: '/api/sign-in',
  tags: ['sign-in'],
  security: [],
  summary: 'Ends the session, if there is one',
  responses: { 204: { description: 'Signed out.' }, ...refusals(503) },
})

/** Adds the routes of sign-in. */
export const addSignInRoutes: AddRoutes = (app, { db, email, clientAddressHeader }) => {
  app.openapi(requestPinRoute, async (c) => {
    const { email: to } = c.req.valid('json')
    const pin = await issuePin(db, to, clientAddress(c, clientAddressHeader))
    const text = `Your PIN is ${pin}. It is valid for ${PIN_MINUTES} minutes. If you did not ask for it, ignore this e-mail.`
    try {
      await email.send({ to, subject: 'Your PIN for Verifluence', text }, c.req.raw.signal)
    } catch (error) {
      addLogFields(c, { err: String(error) })
      throw unavailable('The e-mail could not be sent; ask for another PIN in a moment.', 10)
    }
    return c.json({ valid_minutes: PIN_MINUTES }, 202)
  })

  app.openapi(signInRoute, async (c) => {
    const { email, pin } = c.req.valid('json')
    await redeemPin(db, { email, pin, from: clientAddress(c, clientAddressHeader) })
    const accountId = await accountFor(db, email)
    await startSession(c, db, accountId)
    addLogFields(c, { account_id: accountId })
    return c.json({ email }, 200)
  })

  app.openapi(signOutRoute, async (c) => {
    await endSession(c, db)
    return c.body(null, 204)
  })
}
