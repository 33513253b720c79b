import { createRoute, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { tooManyRequests, unavailable } from '../../domain/errors.ts'
import { Email } from '../../domain/fields.ts'
import {
  type AddRoutes,
  type AppEnv,
  addLogFields,
  clientNetwork,
  type Services,
} from '../../http/context.ts'
import { json, jsonBody, refusals } from '../../http/openapi.ts'
import { createRateLimit } from '../../http/rate-limit.ts'
import { accountFor } from '../accounts/service.ts'
import { issuePin, PIN_MINUTES, type Requester, redeemPin } from './pin.ts'
import { browserOf, endSession, rememberBrowser, startSession } from './session.ts'

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
  summary: 'Exchanges a PIN for a session cookie, in the browser that asked for the PIN',
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

/** Far more than the clients behind one network need; a flood beyond it costs no database. */
const REQUESTS = { perSecond: 50, burst: 200 }

/** Limits the sign-in requests of one network before anything is read or asked of the database. */
export function signInRateLimit({ clientAddressHeader }: Services): MiddlewareHandler<AppEnv> {
  const limit = createRateLimit(REQUESTS)
  return async (c, next) => {
    const isSignOut = c.req.method === 'DELETE'
    const wait = isSignOut ? 0 : limit.take(clientNetwork(c, clientAddressHeader))
    if (wait > 0) throw tooManyRequests(`Too many requests; wait ${wait} seconds.`, wait)
    await next()
  }
}

/** Adds the routes of sign-in. */
export const addSignInRoutes: AddRoutes = (app, { db, email, clientAddressHeader }) => {
  const requesterOf = (c: Context<AppEnv>): Requester => ({
    browser: browserOf(c),
    network: clientNetwork(c, clientAddressHeader),
  })

  app.openapi(requestPinRoute, async (c) => {
    const { email: to } = c.req.valid('json')
    const pin = await issuePin(db, to, requesterOf(c))
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
    const requester = requesterOf(c)
    await redeemPin(db, { email, pin, requester })
    const accountId = await accountFor(db, email)
    await rememberBrowser(db, requester.browser, accountId)
    await startSession(c, db, accountId)
    addLogFields(c, { account_id: accountId })
    return c.json({ email }, 200)
  })

  app.openapi(signOutRoute, async (c) => {
    await endSession(c, db)
    return c.body(null, 204)
  })
}
