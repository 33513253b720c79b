import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Account } from '../auth/account.ts'

/** What every request carries. */
export interface AppEnv {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    /** What the request's log line says besides method, route and status. */
    noted: Record<string, unknown>
    /** Who signed in; behind the session gate it is always there. */
    account: Account
  }
}

/** Adds facts, ids above all, to the log line of this request. Never a secret. */
export const note = (c: Context<AppEnv>, facts: Record<string, unknown>): void => {
  Object.assign(c.get('noted'), facts)
}
