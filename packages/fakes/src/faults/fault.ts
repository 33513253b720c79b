import type { Answer } from '../http/answer.ts'

/** How a connection can misbehave; after `slow` and in `cut-short` the real work is done. */
export type ConnectionFault = 'hang' | 'reset' | 'slow' | 'cut-short'

/**
 * One bad fault: what it looks like to the caller, and exactly one way it is done:
 * an `answer` in place of the real one, a fault of the `connection`, or a `variant`, where the
 * service does its real work with one documented oddity.
 */
export type Fault = {
  readonly says: string
  /** Used when the setting names none: the delay of `slow`, the wait that a 429 asks for. */
  readonly seconds?: number
} & (
  | { readonly answer: Answer | ((seconds: number) => Answer) }
  | { readonly connection: ConnectionFault }
  | { readonly variant: true }
)

export type Faults = Readonly<Record<string, Fault>>

/** How a service words the refusals that every service knows. */
export type Refusals = {
  readonly unauthorized: Answer
  readonly rateLimited: Answer | ((seconds: number) => Answer)
  readonly serverError: Answer
  readonly unavailable: Answer
}

const proxyPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'
const html = { 'content-type': 'text/html' }

/** The faults that every service can be in; the refusals come in the service's own wire format. */
export function commonFaults(refusals: Refusals) {
  return {
    unauthorized: { says: 'refuses the credentials (401)', answer: refusals.unauthorized },
    'rate-limited': {
      says: 'has had too many requests (429)',
      answer: refusals.rateLimited,
      seconds: 5,
    },
    'server-error': { says: 'fails inside (500)', answer: refusals.serverError },
    unavailable: { says: 'is not available (503)', answer: refusals.unavailable },
    'bad-gateway': {
      says: 'its proxy answers 502 with an HTML page',
      answer: { status: 502, text: proxyPage, headers: html },
    },
    'not-found': { says: 'answers 404 with an empty body', answer: { status: 404 } },
    'html-page': {
      says: 'answers 200 with an HTML page instead of data',
      answer: { status: 200, text: '<!doctype html><title>Just a moment</title>', headers: html },
    },
    'empty-body': { says: 'answers 200 with an empty body', answer: { status: 200 } },
    'empty-bad-request': { says: 'answers 400 with an empty body', answer: { status: 400 } },
    hang: { says: 'accepts the request and never answers', connection: 'hang' },
    reset: { says: 'drops the connection without an answer', connection: 'reset' },
    'cut-short': {
      says: 'breaks off in the middle of the body',
      connection: 'cut-short',
    },
    slow: {
      says: 'answers correctly, but late by the given seconds',
      connection: 'slow',
      seconds: 2,
    },
  } as const satisfies Record<string, Fault>
}

const plain = (status: number, text: string) => ({
  status,
  text,
  headers: { 'content-type': 'text/plain' },
})

/** The faults of services that speak plain text: the heartbeat and the fallback channel. */
export const plainFaults = commonFaults({
  unauthorized: plain(401, 'unauthorized'),
  rateLimited: plain(429, 'rate limited'),
  serverError: plain(500, 'internal error'),
  unavailable: plain(503, 'service unavailable'),
})
