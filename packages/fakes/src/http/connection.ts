import { setTimeout as wait } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { type Answer, bodyOf, headersOf } from './answer.ts'

/** The context of a request that came over a real socket. */
export type NodeContext = Context<{ Bindings: HttpBindings }>

/** Answers a request with a broken connection; `answer` is asked for only if half of it is sent. */
export async function breakConnection(
  c: NodeContext,
  fault: 'hang' | 'reset' | 'cut-short',
  answer: () => Answer | Promise<Answer>,
): Promise<Response> {
  const { incoming, outgoing } = c.env
  switch (fault) {
    case 'hang':
      await new Promise((resolve) => outgoing.once('close', resolve))
      break
    case 'reset':
      incoming.socket.resetAndDestroy()
      break
    case 'cut-short':
      sendHalf(outgoing, await answer())
  }
  return RESPONSE_ALREADY_SENT
}

/** Announces the whole body, sends half of it and destroys the socket. */
function sendHalf(outgoing: HttpBindings['outgoing'], answer: Answer): void {
  const body = bodyOf(answer)
  const length = String(Math.max(body.length, 2))
  outgoing.writeHead(answer.status, { ...headersOf(answer), 'content-length': length })
  outgoing.write(Buffer.from(body.subarray(0, body.length >> 1)), () => outgoing.destroy())
}

/** Waits without keeping the process alive. */
export const pause = (seconds: number): Promise<void> =>
  wait(seconds * 1000, undefined, { ref: false })
