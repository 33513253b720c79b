import type { Signed } from './delivery.ts'

/** What became of one delivery. `outcome` is the status or how the request failed. */
export type Result = {
  readonly outcome: string
  readonly milliseconds: number
  readonly answer: string
}

/** Kick gives up after about a second. */
const patience = 1000

/** Delivers one request; never throws. */
export async function post(url: string, { method, headers, text }: Signed): Promise<Result> {
  const started = performance.now()
  const done = (outcome: string, answer: string): Result => ({
    outcome,
    milliseconds: Math.round(performance.now() - started),
    answer,
  })
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.timeout(patience),
      ...(method === 'POST' && { body: text }),
    })
    return done(String(response.status), (await response.text()).slice(0, 500))
  } catch (error) {
    return done(reasonOf(error), '')
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timeout'
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed'
}
