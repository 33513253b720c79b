import type { Context } from 'hono'
import type { AppEnv } from '../http/env.ts'
import { forbidden } from '../http/refusal.ts'

/** An account that has not yet said what it is. */
export interface Newcomer {
  readonly role: 'newcomer'
  readonly accountId: string
  readonly email: string
}

/** One side of a bargain. */
export interface Party<Role extends 'operator' | 'streamer' = 'operator' | 'streamer'> {
  readonly role: Role
  readonly accountId: string
  readonly email: string
  /** Its row among the operators or the streamers. */
  readonly id: string
  readonly publicId: string
}

export type Account = Newcomer | Party<'operator'> | Party<'streamer'>

/** The column in which campaigns, offers, negotiations and deals name this side. */
export const ownerColumn = ({ role }: Party) => `${role}_id` as const

export const otherSide = (role: Party['role']) => (role === 'operator' ? 'streamer' : 'operator')

/** The signed-in side. @throws 403 for a newcomer. */
export const partyOf = (c: Context<AppEnv>): Party => {
  const account = c.get('account')
  if (account.role !== 'newcomer') return account
  throw forbidden('Say first what you are: POST /api/operators or POST /api/streamers.')
}

/** The signed-in operator. @throws 403 for anybody else. */
export const operatorOf = (c: Context<AppEnv>): Party<'operator'> => {
  const account = c.get('account')
  if (account.role === 'operator') return account
  throw forbidden('Only operators may do this.')
}

/** The signed-in streamer. @throws 403 for anybody else. */
export const streamerOf = (c: Context<AppEnv>): Party<'streamer'> => {
  const account = c.get('account')
  if (account.role === 'streamer') return account
  throw forbidden('Only streamers may do this.')
}
