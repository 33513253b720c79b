import { setTimeout as wait } from 'node:timers/promises'
import type { FakesClient } from '@verifluence/fakes'

/** An answer of the api: the status, and the body where it is JSON. */
export type Reply<Body> = { readonly status: number; readonly body: Body; readonly cookie: string }

/** The name of errors that mean: not now, try again later. */
const unreachable = 'Unreachable'

const patience = 10_000

/**
 * Sends one request to the api. Refusals (4xx) are answers like any other.
 * @throws Error named {@link unreachable} when there is no answer or one of 5xx
 */
export async function request<Body>(
  url: string,
  method: string,
  options: { readonly body?: unknown; readonly cookie?: string },
): Promise<Reply<Body>> {
  const { body, cookie } = options
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(patience),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(cookie && { cookie }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: Error) => fail(`${method} ${url}: ${causeOf(error)}`))
  const text = await response.text()
  if (response.status >= 500) fail(`${method} ${url}: ${response.status}`)
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : undefined,
    cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '',
  }
}

function fail(reason: string): never {
  throw Object.assign(new Error(reason), { name: unreachable })
}

const causeOf = (error: Error): string =>
  error.cause instanceof Error ? error.cause.message : error.message

const looks = 40
const pause = 250

/**
 * Signs in like a user: requests a PIN, reads it from the e-mail, submits it.
 * Returns the session cookie.
 * @throws Error named {@link unreachable} when the sign-in cannot complete now
 */
async function signIn(apiUrl: string, fakes: FakesClient, email: string): Promise<string> {
  const known = new Set((await fakes.emails(email)).map(({ id }) => id))
  const asked = await request(`${apiUrl}/api/sign-in/pin`, 'POST', { body: { email } })
  if (asked.status !== 202) throw notNow(email, `asking for a PIN gave ${asked.status}`)
  const pin = await newestPin(fakes, email, known)
  const reply = await request(`${apiUrl}/api/sign-in`, 'POST', {
    body: { email, pin },
    // A PIN works only in the browser that asked for it.
    cookie: asked.cookie,
  })
  if (reply.status !== 200) throw notNow(email, `the PIN gave ${reply.status}`)
  return reply.cookie
}

async function newestPin(
  fakes: FakesClient,
  email: string,
  known: ReadonlySet<string>,
): Promise<string> {
  for (let look = 0; look < looks; look += 1) {
    const fresh = (await fakes.emails(email)).findLast(({ id }) => !known.has(id))
    const pin = /\b\d{6}\b/.exec(fresh?.text ?? '')?.[0]
    if (pin !== undefined) return pin
    await wait(pause)
  }
  throw notNow(email, 'no e-mail with a PIN arrived')
}

const notNow = (email: string, reason: string): Error =>
  Object.assign(new Error(`${email} cannot sign in: ${reason}`), { name: unreachable })

export type Member = ReturnType<typeof createMember>

/** A user of the public API who signs in when needed. */
export function createMember(apiUrl: string, fakes: FakesClient, email: string) {
  let cookie: string | undefined
  const ask = async <Body>(method: string, path: string, body?: unknown): Promise<Reply<Body>> => {
    cookie ??= await signIn(apiUrl, fakes, email)
    const send = () => request<Body>(`${apiUrl}${path}`, method, { body, cookie: cookie ?? '' })
    const reply = await send()
    if (reply.status !== 401) return reply
    cookie = await signIn(apiUrl, fakes, email)
    return send()
  }
  return {
    email,
    ask,
    /** The newest things of a list; none when the list is refused. */
    list: async <Item>(path: string): Promise<readonly Item[]> => {
      const { status, body } = await ask<Page<Item>>('GET', path)
      return status === 200 ? body.items : []
    },
    signOut: async (): Promise<void> => {
      await ask('DELETE', '/api/sign-in')
      cookie = undefined
    },
  }
}

/** The fields of the platform's answers that the simulation uses. */
export type Terms = Readonly<Record<Term, number>>
export type Term =
  | 'timeframe'
  | 'deliveries'
  | 'min_viewers'
  | 'min_duration'
  | 'payment_per_stream'

export type Role = 'operator' | 'streamer'
export type Campaign = { readonly id: string; readonly status: string; readonly floors: Terms }
export type Offer = { readonly id: string; readonly initiator: Role; readonly status: string }
export type TermState = {
  readonly value: number
  readonly operator_approved: boolean
  readonly streamer_approved: boolean
}
export type Negotiation = {
  readonly id: string
  readonly deal_id: string | null
  readonly terms: Readonly<Record<Term, TermState>>
}
export type Deal = { readonly id: string; readonly terms: Terms }
export type Submission = { readonly id: string; readonly slot: number; readonly status: string }
export type Stream = { readonly id: string; readonly ended_at: string | null }
export type Streamer = { readonly id: string }
export type Me = { readonly role: Role | 'newcomer'; readonly id: string | null }
export type Page<Item> = { readonly items: readonly Item[] }
