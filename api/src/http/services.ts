import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { EmailSender } from '../clients/resend.ts'
import type { AppEnv } from './env.ts'

/** What handlers work with. */
export interface Services {
  readonly db: Pool
  readonly email: EmailSender
}

/** Adds one route to the application. */
export type RouteModule = (app: OpenAPIHono<AppEnv>, services: Services) => void
