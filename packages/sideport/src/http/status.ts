import type { ServerResponse } from 'node:http'

/** What nginx calls a request whose client left before it was answered. */
const CLIENT_GONE = 499

/**
 * The status of a response that has closed. One that the server itself broke off with an error is a
 * 500 whatever its headers promised; Node may call it finished all the same, so this is asked first.
 * One that was written to the end has its own. All others lost their client.
 */
export function statusOf(response: ServerResponse): number {
  if (response.errored) {
    // Node itself does this, from 24 on, to a pipelined response whose turn cannot come any more.
    const hadItsTurn = response.socket !== null
    return hadItsTurn ? 500 : CLIENT_GONE
  }
  // Over HTTP/2 a response that is cut off is finished too, but it was never ended.
  const written = response.writableEnded && response.writableFinished
  return written ? response.statusCode : CLIENT_GONE
}
