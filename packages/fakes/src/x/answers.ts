import type { Answer } from '../http/answer.ts'
import type { XUser } from './followers.ts'

/** The parameter by which users are looked up. */
export type Field = 'username' | 'usernames' | 'id' | 'ids'

const problemType = { 'content-type': 'application/problem+json' }

/** A refusal that is about the request as a whole. */
export const about = (status: number, title: string): Answer => ({
  status,
  text: JSON.stringify({ title, type: 'about:blank', status, detail: title }),
  headers: problemType,
})

/** A user; the followers only where `public_metrics` was asked for. */
export const show = (user: XUser, withMetrics: boolean) => ({
  id: user.id,
  name: user.name,
  username: user.username,
  ...(withMetrics && {
    public_metrics: {
      followers_count: user.followers,
      following_count: 5,
      tweet_count: 6,
      listed_count: 0,
      like_count: 1,
      media_count: 2,
    },
  }),
})

/** What X says of a user it does not know, in an answer that is otherwise a success. */
export const missing = (field: Field, value: string) => ({
  value,
  detail: `Could not find user with ${field}: [${value}].`,
  title: 'Not Found Error',
  resource_type: 'user',
  parameter: field,
  resource_id: value,
  type: 'https://api.twitter.com/2/problems/resource-not-found',
})

/** The refusal of a parameter. */
export const invalid = (field: Field, values: readonly string[]): Answer => ({
  status: 400,
  text: JSON.stringify({
    errors: [
      {
        parameters: { [field]: values },
        message: `The \`${field}\` query parameter value [${values.join(',')}] is not valid`,
      },
    ],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.x.com/2/problems/invalid-request',
  }),
  headers: problemType,
})
