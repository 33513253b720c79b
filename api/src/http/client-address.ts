import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { AppEnv } from './env.ts'

/**
 * Where a request comes from. Only a proxy that overwrites what a client says of itself may be asked
 * by its header; without one the other end of the connection counts.
 */
export const clientAddress = (c: Context<AppEnv>, header: string | undefined): string =>
  (header && c.req.header(header)?.slice(0, 64)) || socketAddress(c) || 'unknown'

const socketAddress = (c: Context<AppEnv>) =>
  c.env?.incoming ? getConnInfo(c).remote.address : undefined
