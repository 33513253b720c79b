import { z } from 'zod'
import type { World } from '../world.ts'
import { type ControlRoute, withBody } from './route.ts'

const followersBody = z.strictObject({ followers: z.number().int().nonnegative() })

/** X's facts. */
export function xRoutes({ xUsers }: World): ControlRoute[] {
  return [
    {
      method: 'GET',
      path: '/x/users',
      says: 'every user of X with the number of followers',
      answer: () => xUsers.all(),
    },
    withBody({
      method: 'PUT',
      path: '/x/users/:username',
      says: 'adds a user of X or changes the number of followers',
      body: followersBody,
      answer: ({ followers }, c) => xUsers.put(c.req.param('username') ?? '', followers),
    }),
  ]
}
