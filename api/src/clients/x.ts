import { z } from 'zod'
import { RefusedError, UnreadableError } from './http/errors.ts'
import { type Answer, exchange, type FetchFor, urlUnder } from './http/exchange.ts'
import { readItems } from './http/items.ts'
import { PATIENT, retryAfterMs, withRetries } from './http/retry.ts'

/** How many users X looks up in one call. */
export const USERS_PER_CALL = 100

/** What one lookup found, and what the app may still ask for. */
export interface XLookup {
  readonly found: readonly { readonly username: string; readonly followers: number }[]
  /** The requests left in X's window of 15 minutes, and when the next window starts. */
  readonly allowance?: { readonly remaining: number; readonly resetsAt: Date } | undefined
}

/** X's user lookup with an app-only token. */
export interface XUsers {
  /**
   * Looks up to 100 users up by name. Unknown, suspended and renamed users are simply not found: X
   * says so in `errors` of a 200, or with a 404.
   *
   * @throws RefusedError, UnreachableError, UnreadableError
   */
  byUsername(usernames: readonly string[], signal?: AbortSignal): Promise<XLookup>
}

const userSchema = z.object({
  username: z.string(),
  public_metrics: z.object({ followers_count: z.number().int().nonnegative() }),
})
const bodySchema = z.object({
  data: z.array(z.unknown()).nullish(),
  errors: z.array(z.object({ type: z.string().nullish() })).nullish(),
})
const problemSchema = z.object({
  title: z.string().nullish(),
  detail: z.string().nullish(),
  type: z.string().nullish(),
  errors: z.array(z.object({ message: z.string().nullish() })).nullish(),
})

const NAME = 'x users_by'
const TIMEOUT_MS = 10_000

/** @see https://docs.x.com/x-api/users/lookup/introduction */
export function createXUsers(options: {
  baseUrl: string
  bearerToken: string
  fetchFor: FetchFor<'users_by'>
}): XUsers {
  return {
    byUsername: (usernames, signal) =>
      withRetries(PATIENT, signal, async () => {
        const query = `usernames=${usernames.join(',')}&user.fields=public_metrics`
        const answer = await exchange({
          name: NAME,
          fetch: options.fetchFor('users_by'),
          request: urlUnder(options.baseUrl, `/2/users/by?${query}`),
          init: { headers: { authorization: `Bearer ${options.bearerToken}` } },
          timeoutMs: TIMEOUT_MS,
          signal,
        })
        const allowance = allowanceOf(answer.headers)
        if (answer.status === 404 && saysNotFound(answer)) return { found: [], allowance }
        if (!answer.ok) throw refusal(answer)
        return { found: foundIn(answer, usernames.length), allowance }
      }),
  }
}

function foundIn(answer: Answer, requested: number): XLookup['found'] {
  const body = bodySchema.safeParse(answer.json)
  if (!body.success || (!body.data.data && !body.data.errors)) {
    throw new UnreadableError(NAME, 'neither data nor errors')
  }
  const { data, errors } = body.data
  // An account that X does not find has an entry in `errors` instead.
  const options = { requested: errors?.length ? 0 : requested }
  return readItems(NAME, data ?? [], userSchema, options).map(({ username, public_metrics }) => ({
    username,
    followers: public_metrics.followers_count,
  }))
}

/** A 404 about the user, not about the path or a proxy on the way. */
function saysNotFound(answer: Answer): boolean {
  const body = bodySchema.extend({ type: z.string().nullish() }).safeParse(answer.json)
  if (!body.success) return false
  const types = [body.data.type, ...(body.data.errors ?? []).map((error) => error.type)]
  return types.some((type) => type?.endsWith('/resource-not-found'))
}

function refusal(answer: Answer): RefusedError {
  const problem = problemSchema.safeParse(answer.json).data
  const parts = [problem?.title, problem?.detail, problem?.errors?.[0]?.message]
  const reason = [...new Set(parts.filter(Boolean))].join(': ')
  return new RefusedError(NAME, {
    status: answer.status,
    reason: reason === '' ? undefined : answer.excerpt(reason),
    code: problem?.type ?? undefined,
    retryAfterMs: retryAfterMs(answer.headers) ?? untilReset(answer),
  })
}

/** X names no `Retry-After`; a 429 says in the rate-limit headers when the next window starts. */
function untilReset(answer: Answer): number | undefined {
  const resetsAt = answer.status === 429 ? allowanceOf(answer.headers)?.resetsAt : undefined
  return resetsAt && Math.max(0, resetsAt.getTime() - Date.now())
}

function allowanceOf(headers: Headers): XLookup['allowance'] {
  const remaining = Number.parseInt(headers.get('x-rate-limit-remaining') ?? '', 10)
  const reset = Number.parseInt(headers.get('x-rate-limit-reset') ?? '', 10)
  if (Number.isNaN(remaining) || Number.isNaN(reset)) return undefined
  return { remaining, resetsAt: new Date(reset * 1000) }
}
