import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** nginx's status for a request whose client left before it was answered. */
const CLIENT_GONE = 499

/**
 * The status of a response that has closed: its own if it was written to the end, 499 if the client
 * left first. Everything else is a 500, whatever its headers promised: the server broke it off.
 */
export function statusOf(response: ServerResponse): number {
  if (response.errored) {
    // Node itself does this, from 24 on, to a pipelined response whose turn cannot come any more.
    const hadItsTurn = response.socket !== null
    return hadItsTurn || !clientLeft(response) ? 500 : CLIENT_GONE
  }
  if (isWritten(response)) return response.statusCode
  return clientLeft(response) ? CLIENT_GONE : 500
}

/**
 * Whether the last byte is out. Node 20 calls a response that was destroyed before its end finished
 * too, but only one that is written has let go of its socket. Over HTTP/2 there is none to let go of.
 */
function isWritten(response: ServerResponse): boolean {
  if (!response.writableEnded || !response.writableFinished) return false
  return 'stream' in response || response.socket === null
}

/** Errors of a socket whose other end is gone. */
const GONE = new Set<unknown>(['ECONNRESET', 'EPIPE'])

/** Whether it was the client that ended the connection; a cut by the server leaves neither trace. */
function clientLeft(response: ServerResponse): boolean {
  // A stream of HTTP/2 ends without its connection, so its socket proves nothing.
  if ('stream' in response) return true
  const socket = response.socket ?? response.req.socket
  const code = (socket.errored as NodeJS.ErrnoException | null)?.code
  return socket.readableEnded || GONE.has(code)
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
