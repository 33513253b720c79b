import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Service } from '../http/service.ts'
import { resendError } from './faults.ts'

/** An e-mail that was handed over for delivery. */
export type Email = {
  readonly id: string
  readonly at: number
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type Inbox = ReturnType<typeof createInbox>

const remembered = 2000

/** Everybody's mail, newest last. */
export function createInbox() {
  let emails: Email[] = []
  return {
    add(email: Email): void {
      emails = [...emails, email].slice(-remembered)
    },
    list: (to?: string): readonly Email[] =>
      emails.filter((email) => to === undefined || email.to.includes(to)),
    forget(): void {
      emails = []
    },
  }
}

const address = z.string().regex(/^[^@\s]+@[^@\s]+$|<[^@\s]+@[^@\s]+>$/)
const message = z.object({
  from: address,
  to: z.union([address.transform((one) => [one]), z.array(address).min(1).max(50)]),
  subject: z.string(),
  text: z.string().default(''),
  html: z.string().default(''),
})

/** The fake of Resend: takes e-mails and keeps them; the same idempotency key counts once. */
export function createResend(inbox: Inbox, apiKey: string, clock: Clock): Service {
  const answers = new Map<string, { text: string; answer: Answer }>()
  const send = async ({ c }: Call): Promise<Answer> => {
    const problem = keyProblem(c.req.header('authorization'), apiKey)
    if (problem !== undefined) return problem
    const text = await c.req.text()
    const key = c.req.header('idempotency-key')
    const earlier = key === undefined ? undefined : answers.get(key)
    if (earlier !== undefined) return earlier.text === text ? earlier.answer : reused
    const answer = accept(inbox, text, clock)
    if (key !== undefined && answer.status === 200) answers.set(key, { text, answer })
    return answer
  }
  return {
    name: 'resend',
    operations: { send: { method: 'POST', path: '/emails', handle: send } },
    unmatched: () => resendError(404, 'not_found', 'The requested endpoint does not exist.'),
  }
}

const reused = resendError(
  409,
  'invalid_idempotent_request',
  'Same idempotency key used with a different request payload.',
)

function keyProblem(header: string | undefined, apiKey: string): Answer | undefined {
  if (!header?.startsWith('Bearer ')) {
    return resendError(401, 'missing_api_key', 'Missing API key in the authorization header.')
  }
  return header === `Bearer ${apiKey}`
    ? undefined
    : resendError(403, 'invalid_api_key', 'API key is invalid.')
}

function accept(inbox: Inbox, text: string, clock: Clock): Answer {
  const parsed = message.safeParse(readJson(text))
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path[0] ?? 'body'
    return resendError(422, 'validation_error', `Invalid \`${String(field)}\` field.`)
  }
  if (parsed.data.text === '' && parsed.data.html === '') {
    return resendError(422, 'validation_error', 'Missing `html` or `text` field.')
  }
  const id = randomUUID()
  inbox.add({ id, at: clock(), ...parsed.data })
  return { status: 200, json: { id } }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
