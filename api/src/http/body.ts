import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import { invalid, tooLarge, unavailable, unsupportedEncoding } from '../domain/errors.ts'
import type { AppEnv } from './context.ts'

/** Why a body was not read to its end. */
export type BodyProblem =
  /** It is larger than allowed. */
  | 'too_large'
  /** Unfinished bodies take too much memory, and this one takes the most. */
  | 'memory'
  /** The client left. */
  | 'aborted'

export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly problem: BodyProblem

  constructor(problem: BodyProblem) {
    super(`the body could not be read: ${problem}`)
    this.problem = problem
  }
}

/** Reads request bodies within limits for each and for all of them together; `listen` limits the time. */
export interface BodyReader {
  /** @throws BodyError */
  read(incoming: IncomingMessage, maxBytes: number): Promise<Buffer>
}

interface Unfinished {
  bytes: number
  readonly fail: (problem: BodyProblem) => void
}

/**
 * Creates a reader for all requests of the process. When unfinished bodies exceed `totalBytes` together,
 * the largest one is given up: clients that send much and never finish cannot push out small requests.
 */
export function createBodyReader({ totalBytes }: { totalBytes: number }): BodyReader {
  const unfinished = new Set<Unfinished>()
  let total = 0

  function makeRoom(): void {
    while (total > totalBytes) {
      let largest: Unfinished | undefined
      for (const each of unfinished) if (!largest || each.bytes > largest.bytes) largest = each
      if (!largest) return
      largest.fail('memory')
    }
  }

  return {
    read(incoming, maxBytes) {
      if (announcedBytes(incoming) > maxBytes) return Promise.reject(new BodyError('too_large'))
      return new Promise((resolve, reject) => {
        const chunks: Buffer[] = []
        const own: Unfinished = {
          bytes: 0,
          fail: (problem) => {
            stop()
            chunks.length = 0
            reject(new BodyError(problem))
          },
        }
        const onData = (chunk: Buffer) => {
          own.bytes += chunk.byteLength
          total += chunk.byteLength
          if (own.bytes > maxBytes) return own.fail('too_large')
          chunks.push(chunk)
          makeRoom()
        }
        const onEnd = () => {
          stop()
          const [only] = chunks
          resolve(only && chunks.length === 1 ? only : Buffer.concat(chunks))
        }
        const onClose = () => {
          if (incoming.complete && incoming.readableEnded) onEnd()
          else own.fail('aborted')
        }
        const stop = () => {
          unfinished.delete(own)
          total -= own.bytes
          incoming.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose)
        }
        unfinished.add(own)
        incoming.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose)
        if (incoming.readableEnded || incoming.destroyed) onClose()
      })
    },
  }
}

/** The rest of a smaller body is received and dropped, which keeps the connection. */
const WORTH_RECEIVING_BYTES = 64 * 1024

/**
 * Closes the connection after the response when a large body was not read to its end: receiving the rest
 * would cost more than the request did.
 */
export function closeIfUnread(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const isChunked = incoming.headers['transfer-encoding'] !== undefined
  if (!isChunked && announcedBytes(incoming) <= WORTH_RECEIVING_BYTES) return
  outgoing.once('finish', () => {
    if (!incoming.complete) incoming.socket.destroySoon()
  })
}

/** What the client says; 0 where it says nothing, and the bytes are counted as they come. */
function announcedBytes(incoming: IncomingMessage): number {
  return Number(incoming.headers['content-length'] ?? 0)
}

/** Whether the body is sent as it is. Compressed bodies are not supported. */
export function isPlain(incoming: IncomingMessage): boolean {
  const encoding = incoming.headers['content-encoding']?.trim().toLowerCase()
  return encoding === undefined || encoding === '' || encoding === 'identity'
}

const MAY_HAVE_BODY = new Set(['POST', 'PUT', 'PATCH'])

/** Where `@hono/node-server` looks for a body that was read before. */
type IncomingWithBody = IncomingMessage & { rawBody?: Buffer }

/**
 * Reads the body of a request before its route does, within limits.
 * @throws DomainError for a body that is compressed, too large, or not complete.
 */
export function readBodies(bodies: BodyReader, maxBytes: number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const incoming: IncomingWithBody | undefined = c.env?.incoming
    if (incoming && MAY_HAVE_BODY.has(c.req.method)) {
      if (!isPlain(incoming)) throw unsupportedEncoding()
      try {
        incoming.rawBody = await bodies.read(incoming, maxBytes)
      } catch (error) {
        throw error instanceof BodyError ? refusalOf(error.problem, maxBytes) : error
      }
    }
    await next()
  }
}

function refusalOf(problem: BodyProblem, maxBytes: number) {
  if (problem === 'too_large') return tooLarge(maxBytes)
  if (problem === 'memory') return unavailable('Too many requests are unfinished; try again.')
  return invalid('body', 'The body is not complete.')
}
