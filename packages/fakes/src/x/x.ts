import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Operation, Service } from '../http/service.ts'
import { about, problemType } from './faults.ts'

type Wanted = {
  readonly field: Field
  readonly values: readonly string[]
  readonly find: (value: string) => XUser | undefined
}

const batchLimit = 100

/** The fake of X's user lookup: four endpoints, each with its window of 300 requests. */
export function createX(users: XUsers, bearerToken: string, clock: Clock): Service {
  const lookup = (path: string, read: (call: Call) => Wanted): Operation => {
    const window = createWindow(clock)
    return {
      method: 'GET',
      path,
      handle: (call) => {
        const isKnown = call.c.req.header('authorization') === `Bearer ${bearerToken}`
        const answer = !isKnown
          ? about(401, 'Unauthorized')
          : window.use()
            ? answerLookup(call, read(call))
            : about(429, 'Too Many Requests')
        return withWindow(answer, window)
      },
    }
  }
  const split = (text: string | undefined): string[] => (text ? text.split(',') : [])
  return {
    name: 'x',
    operations: {
      'users-by-username': lookup('/2/users/by/username/:username', ({ c }) => ({
        field: 'username',
        values: [c.req.param('username') ?? ''],
        find: users.byName,
      })),
      'users-by-usernames': lookup('/2/users/by', ({ c }) => ({
        field: 'usernames',
        values: split(c.req.query('usernames')),
        find: users.byName,
      })),
      'users-by-id': lookup('/2/users/:id', ({ c }) => ({
        field: 'id',
        values: [c.req.param('id') ?? ''],
        find: users.byId,
      })),
      'users-by-ids': lookup('/2/users', ({ c }) => ({
        field: 'ids',
        values: split(c.req.query('ids')),
        find: users.byId,
      })),
    },
    unmatched: () => about(404, 'Not Found'),
  }
}

function withWindow(answer: Answer, window: Window): Answer {
  return { ...answer, headers: { ...answer.headers, ...window.headers() } }
}

function answerLookup({ c, variant }: Call, { field, values, find }: Wanted): Answer {
  const isName = field === 'username' || field === 'usernames'
  const form = isName ? /^[A-Za-z0-9_]{1,15}$/ : /^\d{1,19}$/
  if (values.length === 0 || values.length > batchLimit || !values.every((v) => form.test(v))) {
    return invalid(field, values)
  }
  const withMetrics = (c.req.query('user.fields') ?? '').split(',').includes('public_metrics')
  const found = values.flatMap((value) => find(value) ?? []).map((user) => show(user, withMetrics))
  const errors = values
    .filter((value) => find(value) === undefined)
    .map((value) => missing(field, value))
  const isSingle = field === 'username' || field === 'id'
  if (isSingle && variant === 'unknown-is-404' && errors[0]) return { status: 404, json: errors[0] }
  const data = isSingle ? found[0] : found
  return {
    status: 200,
    json: { ...(found.length > 0 && { data }), ...(errors.length > 0 && { errors }) },
  }
}

/** The parameter by which users are looked up. */
type Field = 'username' | 'usernames' | 'id' | 'ids'

/** A user; the followers only where `public_metrics` was asked for. */
const show = (user: XUser, withMetrics: boolean) => ({
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
const missing = (field: Field, value: string) => ({
  value,
  detail: `Could not find user with ${field}: [${value}].`,
  title: 'Not Found Error',
  resource_type: 'user',
  parameter: field,
  resource_id: value,
  type: 'https://api.twitter.com/2/problems/resource-not-found',
})

/** The refusal of a parameter. */
const invalid = (field: Field, values: readonly string[]): Answer => ({
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

/** A user of X as the simulation knows it. */
export type XUser = {
  readonly id: string
  readonly name: string
  readonly username: string
  readonly followers: number
}

export type XUsers = ReturnType<typeof createXUsers>

/** The users of the simulated X; names are found whatever their case. */
export function createXUsers() {
  const byName = new Map<string, XUser>()
  return {
    /** Adds a user or changes the number of followers. */
    put(username: string, followers: number): XUser {
      const key = username.toLowerCase()
      const id = byName.get(key)?.id ?? String(1_000_000 + byName.size)
      const user = { id, name: username, username, followers }
      byName.set(key, user)
      return user
    },
    byName: (username: string): XUser | undefined => byName.get(username.toLowerCase()),
    byId: (id: string): XUser | undefined => [...byName.values()].find((user) => user.id === id),
    all: (): readonly XUser[] => [...byName.values()],
  }
}

const quarterHour = 15 * 60_000
const limit = 300

type Window = ReturnType<typeof createWindow>

/** One endpoint's allowance for an app: 300 requests in 15 minutes, stated in every answer. */
function createWindow(clock: Clock) {
  let resetAt = 0
  let used = 0
  const renew = (): void => {
    if (clock() < resetAt) return
    resetAt = clock() + quarterHour
    used = 0
  }
  return {
    /** Uses one request up; false when none is left. */
    use(): boolean {
      renew()
      used += 1
      return used <= limit
    },
    headers: (): Record<string, string> => {
      renew()
      return {
        'x-rate-limit-limit': String(limit),
        'x-rate-limit-remaining': String(Math.max(0, limit - used)),
        'x-rate-limit-reset': String(Math.ceil(resetAt / 1000)),
      }
    },
  }
}
