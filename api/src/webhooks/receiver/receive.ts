import type { Context } from 'hono'
import type { WEBHOOK_RESULTS } from '../../catalogue/values.ts'
import type { AppEnv } from '../../http/env.ts'
import { note } from '../../http/env.ts'
import { readBody } from './body.ts'
import { type Delivery, type DeliveryHeaders, freshInstant, readHeaders } from './delivery.ts'
import type { PublicKeys } from './public-key.ts'
import { isSigned } from './signature.ts'

export type ReceiveResult = (typeof WEBHOOK_RESULTS)[number]

/** What the receiver leans on. */
export interface Receiving {
  readonly now: () => Date
  readonly keys: PublicKeys
  readonly store: (delivery: Delivery) => Promise<'ok' | 'duplicate'>
  /** Called once a delivery, when the answer is known. */
  readonly record: (result: ReceiveResult, eventType: string | undefined, seconds: number) => void
  /** Called for each delivery that Kick really signed. */
  readonly verified: () => void
  /** Called when something new waits in the inbox. */
  readonly stored: () => void
}

interface Judgement {
  readonly result: ReceiveResult
  readonly status: 200 | 400 | 401 | 405 | 413 | 500
  readonly body: Record<string, string>
}

const refusal = (
  result: ReceiveResult,
  status: Judgement['status'],
  message: string,
): Judgement => ({ result, status, body: { status: result, message } })

const badMethod = refusal('bad_method', 405, 'Deliveries are posted.')
const missingHeaders = refusal('missing_headers', 400, 'A Kick-Event-* header is missing.')
const stale = refusal('stale_timestamp', 401, 'The timestamp is not within five minutes of now.')
const badSignature = refusal('invalid_signature', 401, 'The signature does not fit.')
// What is too large to read cannot be verified either.
const tooLarge = refusal('invalid_signature', 413, 'The body is larger than 1 MiB.')
// Never 2xx: what is not stored must not look delivered.
const failed = refusal('error', 500, 'The delivery could not be stored.')
const accepted: Judgement = { result: 'ok', status: 200, body: { status: 'ok' } }
const repeated: Judgement = {
  result: 'duplicate',
  status: 200,
  body: { status: 'already_processed' },
}

/**
 * The receiver of Kick's webhooks. Kick gives up after about a second and counts what failed as lost,
 * so this verifies, inserts and answers, and nothing else; work on the event comes later.
 */
export const createReceiver = (receiving: Receiving) => async (c: Context<AppEnv>) => {
  const startedAt = performance.now()
  const done = (result: ReceiveResult) => {
    note(c, { webhook_result: result, message_id: c.req.header('kick-event-message-id') })
    const seconds = (performance.now() - startedAt) / 1000
    receiving.record(result, c.req.header('kick-event-type'), seconds)
  }
  try {
    const { result, status, body } = await judge(c, receiving)
    done(result)
    if (status === 405) c.header('Allow', 'POST')
    return c.json(body, status)
  } catch (error) {
    // Whoever left before the body was complete delivered nothing. Whoever left while we failed to
    // store it, as Kick does after a second, delivered, and it is lost.
    if (c.env?.incoming?.complete !== false) done('error')
    note(c, { error: String(error) })
    return c.json(failed.body, failed.status)
  }
}

const judge = async (c: Context<AppEnv>, receiving: Receiving): Promise<Judgement> => {
  if (c.req.method !== 'POST') return badMethod
  const headers = readHeaders((name) => c.req.header(name))
  if (!headers) return missingHeaders
  const sentAt = freshInstant(headers.timestamp, receiving.now())
  if (!sentAt) return stale
  const body = await readBody(c)
  if (!body) return tooLarge
  if (!(await isGenuine(headers, body, receiving.keys))) return badSignature

  receiving.verified()
  if ((await receiving.store({ ...headers, sentAt, body })) === 'duplicate') return repeated
  receiving.stored()
  return accepted
}

/**
 * Kick may have changed its key since we asked, or since it signed: a signature that fails is tried
 * with the key before, and with a newer one.
 */
const isGenuine = async (
  headers: DeliveryHeaders,
  body: Buffer,
  keys: PublicKeys,
): Promise<boolean> => {
  const key = await keys.current()
  if (isSigned(headers, body, key)) return true
  const previous = keys.previous()
  if (previous && isSigned(headers, body, previous)) return true
  const newer = await keys.newerThan(key)
  return newer !== undefined && isSigned(headers, body, newer)
}
