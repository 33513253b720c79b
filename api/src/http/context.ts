import type { HttpBindings } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Pool } from 'pg'
import type { EmailSender } from '../clients/resend.ts'
import type { Account, Party } from '../domain/account.ts'
import { forbidden } from '../domain/errors.ts'
import { networkOf } from './rate-limit.ts'

/** What every request carries. */
export interface AppEnv {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    /** What the request's log line says besides method, route and status. */
    logFields: Record<string, unknown>
    /** The signed-in account; always present behind the session gate. */
    account: Account
  }
}

/** What route handlers use. */
export interface Services {
  readonly db: Pool
  readonly email: EmailSender
  /** The header in which the proxy in front names the client, where there is a proxy. */
  readonly clientAddressHeader: string | undefined
}

/** Adds the routes of one feature to the application. */
export type AddRoutes = (app: OpenAPIHono<AppEnv>, services: Services) => void

/** Adds fields, above all ids, to the log line of this request. Never a secret. */
export function addLogFields(c: Context<AppEnv>, fields: Record<string, unknown>): void {
  Object.assign(c.get('logFields'), fields)
}

/** The signed-in operator or streamer. @throws DomainError `forbidden` for an unregistered account. */
export function partyOf(c: Context<AppEnv>): Party {
  const account = c.get('account')
  if (account.role !== 'newcomer') return account
  throw forbidden('Say first what you are: POST /api/operators or POST /api/streamers.')
}

/** The signed-in operator. @throws DomainError `forbidden` for every other account. */
export function operatorOf(c: Context<AppEnv>): Party<'operator'> {
  const account = c.get('account')
  if (account.role === 'operator') return account
  throw forbidden('Only operators may do this.')
}

/** The signed-in streamer. @throws DomainError `forbidden` for every other account. */
export function streamerOf(c: Context<AppEnv>): Party<'streamer'> {
  const account = c.get('account')
  if (account.role === 'streamer') return account
  throw forbidden('Only streamers may do this.')
}

/**
 * The network a request comes from, which limits count by. The header is trusted only where a proxy
 * overwrites what the client sends; without one the address of the connection counts.
 */
export function clientNetwork(c: Context<AppEnv>, header: string | undefined): string {
  const forwarded = header && c.req.header(header)
  return networkOf(forwarded?.trim() ?? '') ?? networkOf(socketAddress(c) ?? '') ?? 'unknown'
}

function socketAddress(c: Context<AppEnv>): string | undefined {
  return c.env?.incoming ? getConnInfo(c).remote.address : undefined
}
