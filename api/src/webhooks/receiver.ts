import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type AppEnv, addLogFields } from '../http/context.ts'
import { json } from '../http/openapi.ts'
import type { WebhookResult } from '../telemetry/label-values.ts'
import type { WebhookMetrics } from '../telemetry/webhook-metrics.ts'
import {
  type Delivery,
  type DeliveryHeaders,
  freshInstant,
  isSigned,
  readHeaders,
} from './delivery.ts'
import type { PublicKeys } from './public-key.ts'

/** What the receiver uses. */
export interface ReceiverOptions {
  /** The wall clock. */
  readonly now: () => Date
  readonly keys: PublicKeys
  readonly store: (delivery: Delivery) => Promise<'ok' | 'duplicate'>
  readonly metrics: WebhookMetrics
  /** Called when a new delivery is in the inbox. */
  readonly wakeProcessor: () => void
}

interface Verdict {
  readonly result: WebhookResult
  readonly status: 200 | 400 | 401 | 405 | 413 | 500
  readonly body: Record<string, string>
}

function rejected(result: WebhookResult, status: Verdict['status'], message: string): Verdict {
  return { result, status, body: { status: result, message } }
}

const badMethod = rejected('bad_method', 405, 'Deliveries are posted.')
const missingHeaders = rejected('missing_headers', 400, 'A Kick-Event-* header is missing.')
const stale = rejected('stale_timestamp', 401, 'The timestamp is not within five minutes of now.')
const badSignature = rejected('invalid_signature', 401, 'The signature does not fit.')
// A body that is too large to read cannot be verified either.
const tooLarge = rejected('invalid_signature', 413, 'The body is larger than 1 MiB.')
// Never 2xx: a delivery that is not stored must not look delivered.
const failed = rejected('error', 500, 'The delivery could not be stored.')
const accepted: Verdict = { result: 'ok', status: 200, body: { status: 'ok' } }
const repeated: Verdict = {
  result: 'duplicate',
  status: 200,
  body: { status: 'already_processed' },
}

const Answer = z.object({ status: z.string(), message: z.string().optional() }).openapi('Received')

/** For the document only: the receiver reads headers and raw bytes itself, in its own order. */
const description = createRoute({
  method: 'post',
  path: '/wh/kick',
  tags: ['webhooks'],
  security: [],
  summary: 'Takes a delivery of Kick',
  responses: {
    200: json('Stored now, or before: `already_processed`.', Answer),
    400: json('A header is missing.', Answer),
    401: json('The signature or the timestamp does not fit.', Answer),
    405: json('Another method than POST.', Answer),
    413: json('The body is larger than 1 MiB.', Answer),
    500: json('Not stored.', Answer),
  },
})

/** Adds the route that receives Kick's webhooks. */
export function addWebhookRoute(app: OpenAPIHono<AppEnv>, options: ReceiverOptions): void {
  app.openAPIRegistry.registerPath(description)
  const receive = createReceiver(options)
  app.post('/wh/kick', receive)
  // Every other method is answered with 405, and counted.
  app.all('/wh/kick', receive)
}

/**
 * Creates the receiver. Kick gives up after about a second and counts a failed delivery as lost, so
 * the receiver verifies, inserts and answers, and nothing else; the event is processed later.
 */
function createReceiver(options: ReceiverOptions) {
  const { metrics } = options
  return async (c: Context<AppEnv>) => {
    const startedAt = performance.now()
    const record = (result: WebhookResult) => {
      addLogFields(c, {
        webhook_result: result,
        message_id: c.req.header('kick-event-message-id'),
      })
      const seconds = (performance.now() - startedAt) / 1000
      metrics.received(result, c.req.header('kick-event-type'), seconds)
    }
    try {
      const { result, status, body } = await receive(c, options)
      record(result)
      if (status === 405) c.header('Allow', 'POST')
      return c.json(body, status)
    } catch (error) {
      // A client that left before the body was complete delivered nothing. One that left while the
      // insert failed, as Kick does after a second, delivered, and that delivery is lost.
      if (c.env?.incoming?.complete !== false) record('error')
      addLogFields(c, { err: String(error) })
      return c.json(failed.body, failed.status)
    }
  }
}

async function receive(c: Context<AppEnv>, options: ReceiverOptions): Promise<Verdict> {
  const { now, keys, store, metrics, wakeProcessor } = options
  if (c.req.method !== 'POST') return badMethod
  const headers = readHeaders((name) => c.req.header(name))
  if (!headers) return missingHeaders
  const sentAt = freshInstant(headers.timestamp, now())
  if (!sentAt) return stale
  const body = await readBody(c)
  if (!body) return tooLarge
  if (!(await isGenuine(headers, body, keys))) return badSignature

  metrics.verified(now().getTime() / 1000)
  if ((await store({ ...headers, sentAt, body })) === 'duplicate') return repeated
  wakeProcessor()
  return accepted
}

/** The largest body that is read, in bytes. */
const BODY_LIMIT = 1024 * 1024

/** The raw bytes of the request, or `undefined` when there are more than the limit. */
async function readBody(c: Context): Promise<Buffer | undefined> {
  const announced = c.req.header('content-length')
  if (announced === undefined) return await readUnannounced(c)
  return Number(announced) > BODY_LIMIT ? undefined : Buffer.from(await c.req.arrayBuffer())
}

/** Without an announced length the bytes are counted as they come. */
async function readUnannounced(c: Context): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength
    if (size > BODY_LIMIT) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Verifies with the current key, the previous one, and one fetched now: Kick may have rotated its key
 * since it was last fetched, or since it signed.
 */
async function isGenuine(
  headers: DeliveryHeaders,
  body: Buffer,
  keys: PublicKeys,
): Promise<boolean> {
  const key = await keys.current()
  if (isSigned(headers, body, key)) return true
  const previous = keys.previous()
  if (previous && isSigned(headers, body, previous)) return true
  const newer = await keys.newerThan(key)
  return newer !== undefined && isSigned(headers, body, newer)
}
