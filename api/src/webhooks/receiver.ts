import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { BodyError, type BodyReader, isPlain } from '../http/body.ts'
import { type AppEnv, addLogFields } from '../http/context.ts'
import { json } from '../http/openapi.ts'
import type { WebhookResult } from '../telemetry/label-values.ts'
import type { WebhookMetrics } from '../telemetry/webhook-metrics.ts'
import {
  type Delivery,
  digestOf,
  freshInstant,
  readHeaders,
  signedDigest,
  WINDOW_HOURS,
} from './delivery.ts'
import type { PublicKeys } from './public-key.ts'

/** What the receiver uses. */
export interface ReceiverOptions {
  /** The wall clock. */
  readonly now: () => Date
  readonly keys: PublicKeys
  readonly store: (delivery: Delivery) => Promise<'ok' | 'duplicate'>
  readonly metrics: WebhookMetrics
  readonly bodies: BodyReader
  /** Whether a subscription is one of this app: Kick signs the deliveries of all apps with one key. */
  readonly isOwn: (subscriptionId: string) => boolean
  /** Called when a new delivery is in the inbox. */
  readonly wakeProcessor: () => void
}

interface Verdict {
  readonly result: WebhookResult
  readonly status: 200 | 400 | 401 | 405 | 413 | 415 | 500
  readonly body: Record<string, string>
}

function rejected(result: WebhookResult, status: Verdict['status'], message: string): Verdict {
  return { result, status, body: { status: result, message } }
}

const badMethod = rejected('bad_method', 405, 'Deliveries are posted.')
const stale = rejected(
  'stale_timestamp',
  401,
  `The timestamp is not within ${WINDOW_HOURS} hours of now.`,
)
const badSignature = rejected('invalid_signature', 401, 'The signature does not fit.')
// What cannot be read cannot be verified either.
const tooLarge = rejected('invalid_signature', 413, 'The body is larger than 1 MiB.')
const noMemory = rejected(
  'invalid_signature',
  413,
  'Too many unfinished bodies; this is the largest.',
)
const compressed = rejected('invalid_signature', 415, 'Deliveries are not compressed.')
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
    400: json('A header is missing or malformed.', Answer),
    401: json('The signature or the timestamp does not fit.', Answer),
    405: json('Another method than POST.', Answer),
    413: json('The body is larger than 1 MiB.', Answer),
    415: json('The body is compressed.', Answer),
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

/** Signatures of which too many bodies were wrong; the oldest are forgotten. */
const MOST_SUSPECTS = 4096
const WRONG_BODIES = 3

/**
 * Creates the receiver. Kick gives up after about a second and counts a failed delivery as lost, so
 * the receiver verifies, inserts and answers, and nothing else; the event is processed later. Checks
 * come in the order of what they cost: anybody can post here, so a body is read only when its headers
 * hold a signature that Kick made.
 */
function createReceiver(options: ReceiverOptions) {
  const { metrics } = options
  const wrongBodies = createWrongBodies()
  return async (c: Context<AppEnv>) => {
    const startedAt = performance.now()
    const record = (result: WebhookResult) => {
      addLogFields(c, {
        webhook_result: result,
        message_id: c.req.header('kick-event-message-id')?.slice(0, 64),
      })
      const seconds = (performance.now() - startedAt) / 1000
      metrics.received(result, c.req.header('kick-event-type'), seconds)
    }
    try {
      const { result, status, body } = await receive(c, options, wrongBodies)
      record(result)
      if (status === 405) c.header('Allow', 'POST')
      return c.json(body, status)
    } catch (error) {
      // A client that left before the body was complete delivered nothing. One that left while the
      // insert failed, as Kick does after a second, delivered, and that delivery is lost.
      if (c.env.incoming.complete) record('error')
      addLogFields(c, { err: String(error) })
      return c.json(failed.body, failed.status)
    }
  }
}

async function receive(
  c: Context<AppEnv>,
  options: ReceiverOptions,
  wrongBodies: WrongBodies,
): Promise<Verdict> {
  const { now, keys, store, metrics, bodies, isOwn, wakeProcessor } = options
  const { incoming } = c.env
  if (c.req.method !== 'POST') return badMethod
  const headers = readHeaders((name) => c.req.header(name))
  if ('missing' in headers) {
    return rejected('missing_headers', 400, `The header ${headers.missing} is missing.`)
  }
  if ('malformed' in headers) return malformed(headers.malformed)
  const sentAt = freshInstant(headers.timestamp, now())
  if (!sentAt) return stale
  if (!isPlain(incoming)) return compressed
  const digest = await digestSignedByKick(headers.signature, keys)
  if (!digest || wrongBodies.isSuspect(digest)) return badSignature
  const body = await bodies.read(incoming, BODY_LIMIT).catch(unread)
  if ('result' in body) return body
  if (!digestOf(headers, body).equals(digest)) {
    wrongBodies.note(digest)
    return badSignature
  }

  if (isOwn(headers.subscriptionId)) metrics.verified(now().getTime() / 1000)
  if ((await store({ ...headers, sentAt, body })) === 'duplicate') return repeated
  wakeProcessor()
  return accepted
}

/** A signature or a timestamp of the wrong form is refused like one that does not fit. */
function malformed(header: string): Verdict {
  if (header === 'kick-event-signature') return badSignature
  if (header === 'kick-event-message-timestamp') return stale
  return rejected('missing_headers', 400, `The header ${header} is malformed.`)
}

/** The largest body that is read, in bytes. */
const BODY_LIMIT = 1024 * 1024

function unread(error: unknown): Verdict {
  if (error instanceof BodyError && error.problem === 'too_large') return tooLarge
  if (error instanceof BodyError && error.problem === 'memory') return noMemory
  throw error
}

/**
 * The digest that Kick signed with its current key, its previous one, or one fetched now: Kick may have
 * rotated its key since it was last fetched, or since it signed.
 */
async function digestSignedByKick(
  signature: string,
  keys: PublicKeys,
): Promise<Buffer | undefined> {
  const key = await keys.current()
  const previous = keys.previous()
  const digest = signedDigest(signature, key) ?? (previous && signedDigest(signature, previous))
  if (digest) return digest
  const newer = await keys.newerThan(key)
  return newer && signedDigest(signature, newer)
}

/** Remembers signatures that came with bodies they do not cover: each can make us hash only a few. */
interface WrongBodies {
  note(digest: Buffer): void
  isSuspect(digest: Buffer): boolean
}

function createWrongBodies(): WrongBodies {
  const counts = new Map<string, number>()
  return {
    note(digest) {
      const key = digest.toString('latin1')
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (counts.size > MOST_SUSPECTS) counts.delete(counts.keys().next().value ?? key)
    },
    isSuspect: (digest) => (counts.get(digest.toString('latin1')) ?? 0) >= WRONG_BODIES,
  }
}
