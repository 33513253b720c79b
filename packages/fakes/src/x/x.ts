import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Operation, Service } from '../http/service.ts'
import { about, type Field, invalid, missing, show } from './answers.ts'
import type { XUser, XUsers } from './followers.ts'
import { createWindow, type Window } from './window.ts'

type Wanted = {
  readonly field: Field
  readonly values: readonly string[]
  readonly find: (value: string) => XUser | undefined
}

const batchLimit = 100

/** The stand-in of X's user lookup: four endpoints, each with its window of 300 requests. */
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

function answerLookup({ c, twist }: Call, { field, values, find }: Wanted): Answer {
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
  if (isSingle && twist === 'unknown-is-404' && errors[0]) return { status: 404, json: errors[0] }
  const data = isSingle ? found[0] : found
  return {
    status: 200,
    json: { ...(found.length > 0 && { data }), ...(errors.length > 0 && { errors }) },
  }
}
