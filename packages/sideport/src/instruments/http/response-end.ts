import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** nginx's status for a request whose client left before it was answered. */
const CLIENT_GONE = 499

/**
 * The status of a response that has closed. One that the server itself broke off with an error is a
 * 500 whatever its headers promised; Node may call it finished all the same, so this is asked first.
 * One that was written to the end has its own. In all others the client has left.
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

/**
 * Watches pipelined requests. Such a response waits for its turn without a socket, and when the
 * connection ends before that, Node never closes it.
 *
 * @returns what to call with a waiting response; `end` is called when its turn cannot come any more.
 */
export function createPipelineWatch(end: (response: ServerResponse) => void) {
  const queues = new WeakMap<Socket, Set<ServerResponse>>()

  function queueOf(socket: Socket): Set<ServerResponse> {
    const queue = new Set<ServerResponse>()
    queues.set(socket, queue)
    socket.once('close', () => queue.forEach(end))
    return queue
  }

  return function watch(socket: Socket, response: ServerResponse) {
    const queue = queues.get(socket) ?? queueOf(socket)
    queue.add(response)
    response.once('close', () => queue.delete(response))
  }
}
