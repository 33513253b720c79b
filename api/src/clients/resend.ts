import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { RefusedError, UnreadableError } from './http/errors.ts'
import { exchange, type FetchFor, urlUnder } from './http/exchange.ts'
import { type RetryPolicy, retryAfterMs, withRetries } from './http/retry.ts'

/** An e-mail in plain text. */
interface Email {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Sends e-mails. */
export interface EmailSender {
  /** @throws RefusedError, UnreachableError, UnreadableError */
  send(email: Email, signal?: AbortSignal): Promise<void>
}

const NAME = 'resend send_email'
/** A user waits in front of a sign-in form. */
const BRIEF: RetryPolicy = { attempts: 3, firstPauseMs: 200, longestPauseMs: 2_000 }
const TIMEOUT_MS = 5_000

const sentSchema = z.object({ id: z.string().min(1) })
const problemSchema = z.object({ name: z.string().nullish(), message: z.string().nullish() })

/** @see https://resend.com/docs/api-reference/emails/send-email */
export function createEmailSender(options: {
  baseUrl: string
  apiKey: string
  /** Such as `Verifluence <hello@verifluence.example>`. */
  from: string
  fetchFor: FetchFor<'send_email'>
}): EmailSender {
  return {
    async send({ to, subject, text }, signal) {
      // One key for all tries: a lost answer must not become a second e-mail.
      const idempotencyKey = randomUUID()
      await withRetries(BRIEF, signal, async () => {
        const answer = await exchange({
          name: NAME,
          fetch: options.fetchFor('send_email'),
          request: urlUnder(options.baseUrl, '/emails'),
          init: {
            method: 'POST',
            headers: {
              authorization: `Bearer ${options.apiKey}`,
              'content-type': 'application/json',
              'idempotency-key': idempotencyKey,
            },
            body: JSON.stringify({ from: options.from, to: [to], subject, text }),
          },
          timeoutMs: TIMEOUT_MS,
          signal,
        })
        if (answer.ok) {
          // A page of a proxy on the way is a 200, too; no e-mail was sent then.
          if (!sentSchema.safeParse(answer.json).success) throw new UnreadableError(NAME, 'no id')
          return
        }
        const problem = problemSchema.safeParse(answer.json).data
        throw new RefusedError(NAME, {
          status: answer.status,
          // The provider's message may repeat the address, so only its code is kept.
          reason: problem?.name ? answer.excerpt(problem.name) : undefined,
          code: problem?.name ?? undefined,
          retryAfterMs: retryAfterMs(answer.headers),
        })
      })
    },
  }
}
