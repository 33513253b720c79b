import type { Deadline } from './deadline.ts'

/** How one run of a collector ended, as seen by a scrape. */
export type Outcome<Value> =
  | { readonly value: Value }
  | { readonly failed: 'error' | 'timeout'; readonly error: unknown }

/**
 * Makes a function safe to run on every scrape: it never throws, it is given up on when the deadline
 * passes, and it never runs twice at a time. Who comes while it runs waits for the same run; once a
 * run was given up on, nobody waits for it any more, so a hanging one delays a single scrape.
 */
export function singleFlight<Value>(
  run: (signal: AbortSignal) => Value | Promise<Value>,
): (deadline: Deadline) => Promise<Outcome<Value>> {
  let flight: Promise<Outcome<Value>> | undefined
  let givenUp = false
  return async ({ signal, passed }) => {
    if (givenUp)
      return { failed: 'timeout', error: new Error('The run before this one still hangs') }
    flight ??= settle(run, signal).finally(() => {
      flight = undefined
      givenUp = false
    })
    const boarded = flight
    const late = passed.then((): Outcome<Value> => {
      if (flight === boarded) givenUp = true
      return { failed: 'timeout', error: signal.reason }
    })
    return Promise.race([boarded, late])
  }
}

async function settle<Value>(
  run: (signal: AbortSignal) => Value | Promise<Value>,
  signal: AbortSignal,
): Promise<Outcome<Value>> {
  try {
    return { value: await run(signal) }
  } catch (error) {
    return { failed: signal.aborted ? 'timeout' : 'error', error }
  }
}
