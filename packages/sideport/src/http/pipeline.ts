import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Looks after pipelined requests. Such a response waits for its turn without a socket, and when the
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
