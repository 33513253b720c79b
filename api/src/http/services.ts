import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { EmailSender } from '../clients/resend.ts'
import type { AppEnv } from './env.ts'

/** What handlers work with. */
export interface Services {
  readonly db: Pool
  readonly email: EmailSender
  /** The header by which the proxy in front names the client, where there is one. */
  readonly clientAddressHeader: string | undefined
}

/** Adds one route to the application. */
export type RouteModule = (app: OpenAPIHono<AppEnv>, services: Services) => void
