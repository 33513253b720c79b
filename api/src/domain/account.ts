/** A signed-in account that is neither operator nor streamer yet. */
export interface Unregistered {
  readonly role: 'newcomer'
  readonly accountId: string
  readonly email: string
}

/** One side of a deal. */
export interface Party<Role extends 'operator' | 'streamer' = 'operator' | 'streamer'> {
  readonly role: Role
  readonly accountId: string
  readonly email: string
  /** Its row in `operators` or `streamers`. */
  readonly id: string
  readonly publicId: string
}

export type Account = Unregistered | Party<'operator'> | Party<'streamer'>

/** The column that holds this side's id in campaigns, offers, negotiations and deals. */
export function ownerColumn({ role }: Party) {
  return `${role}_id` as const
}

export function otherSide(role: Party['role']): Party['role'] {
  return role === 'operator' ? 'streamer' : 'operator'
}
