import type { ServerResponse } from 'node:http'

/** What nginx calls a request whose client left before it was answered. */
const CLIENT_GONE = 499

/**
 * The status of a response that has closed: its own when every byte was written, even if the client
 * never read them. Otherwise the server broke it off with an error, which is a 500 whatever the
 * headers said, or the client is gone.
 */
export function statusOf(response: ServerResponse): number {
  if (response.writableFinished) return response.statusCode
  return response.errored ? 500 : CLIENT_GONE
}
