import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import type { Client } from '../support/client.ts'
import {
  aCampaign,
  aDeal,
  aNegotiation,
  anAgreement,
  anOffer,
  anOperator,
  aStreamer,
  aSubmission,
  type Member,
  signIn,
} from '../support/people.ts'
import { type OpenApiDocument, type Operation, operationsOf } from './described.ts'

/** A few hundred in every test run; `npm run fuzz -w api` does 20,000. */
const REQUESTS_PER_ROLE = Number(process.env.FUZZ_REQUESTS ?? 500)
const SEED = Number(process.env.FUZZ_SEED ?? 4711)
const AT_ONCE = 20
const BATCHES_BEFORE_NEW_THINGS = 50

const backend = useBackend()
const ROLES = ['anonymous', 'newcomer', 'operator', 'streamer'] as const
type Role = (typeof ROLES)[number]

let operations: Operation[]
let operator: Member
let streamer: Member
let newcomer: Client
/** Ids by the first part of the path that they belong to. */
type Things = Readonly<Record<string, readonly string[]>>
let own: Things
let foreign: Things
/** What must never reach one of our roles: ids and texts of a bargain between two others. */
let secrets: readonly string[]
const unhandled: unknown[] = []
function note(reason: unknown) {
  return unhandled.push(reason)
}

async function thingsOf(by: Member, to: Member): Promise<Things> {
  const submission = aSubmission(to, await aDeal(by, to))
  return {
    streamers: [to.id],
    campaigns: [await aCampaign(by), await aCampaign(by, { funded: false })],
    offers: [(await anOffer(by, to)).id],
    negotiations: [await aNegotiation(by, to), await anAgreement(by, to)],
    deals: [await aDeal(by, to)],
    submissions: [await submission],
  }
}

beforeAll(async () => {
  operator = await anOperator(backend)
  streamer = await aStreamer(backend)
  newcomer = await signIn(backend)
  const [brand, star] = [await anOperator(backend), await aStreamer(backend)]
  own = await thingsOf(operator, streamer)
  foreign = await thingsOf(brand, star)
  const hidden = await brand.post('/api/campaigns', {
    title: 'hidden title',
    brief: 'hidden brief',
    floors: { timeframe: 1, deliveries: 1, min_viewers: 1, min_duration: 1, payment_per_stream: 1 },
    window_days: 30,
  })
  secrets = [
    brand.email,
    star.email,
    'hidden title',
    'hidden brief',
    hidden.body.id,
    ...['offers', 'negotiations', 'deals', 'submissions'].flatMap((kind) => foreign[kind] ?? []),
    foreign.campaigns?.[1] ?? '',
  ]
  const document = (await backend.client().get('/openapi.json')).body as OpenApiDocument
  operations = operationsOf(document)
  process.on('unhandledRejection', note)
})
afterAll(() => process.off('unhandledRejection', note))

/** Text that is anything but what was meant. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '\0', '%00', '../..', '\ud800', "'; drop table offers; --", '{{7*7}}', '-1'),
  fc.constantFrom('9007199254740993', '1e309', 'NaN', 'null', '__proto__', 'a'.repeat(5000)),
)
const oddSegment = fc.oneof(
  oddText.map((text) => encodeURIComponent(Buffer.from(text).toString())),
  fc.constantFrom('%', '%zz', '%c0%ae', '..', 'O-000000', 'o-000000', 'C-ZZZZZZZ', '1'),
)
const oddHeaders = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'accept',
    'origin',
    'x-request-id',
    'cf-connecting-ip',
    'kick-event-message-id',
    'kick-event-message-timestamp',
    'kick-event-signature',
    'kick-event-type',
    'if-none-match',
  ),
  oddText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '')),
  { maxKeys: 2 },
)
const rarely = { weight: 1 }
const mostly = { weight: 4 }

/** A request as the document describes it, with some of its parts gone wrong now and then. */
function attemptOf(operation: Operation) {
  const body = operation.body ?? fc.constant(undefined)
  return fc.record({
    name: fc.constant(operation.name),
    method: fc.oneof(
      { weight: 20, arbitrary: fc.constant(operation.method) },
      { ...rarely, arbitrary: fc.constantFrom('PATCH', 'OPTIONS', 'HEAD', 'PROPFIND') },
    ),
    ids: fc.constantFrom('own', 'own', 'own', 'foreign', 'described'),
    parameters: operation.parameters,
    segment: fc.option(oddSegment, { freq: 8 }),
    pick: fc.nat(99),
    query: fc.oneof(
      { ...mostly, arbitrary: operation.query },
      { ...rarely, arbitrary: oddSegment.map((part) => `limit=${part}&after=${part}`) },
    ),
    headers: fc.oneof(
      { ...mostly, arbitrary: fc.constant({}) },
      { ...rarely, arbitrary: oddHeaders },
    ),
    body: fc.oneof(
      {
        ...mostly,
        arbitrary: body.map((value) => (value === undefined ? '' : JSON.stringify(value))),
      },
      { ...rarely, arbitrary: fc.oneof(fc.json(), oddText) },
      { ...rarely, arbitrary: body.chain(mutated) },
    ),
  })
}
type Attempt = ReturnType<typeof attemptOf> extends fc.Arbitrary<infer Value> ? Value : never

/** A described body with one value replaced. */
function mutated(proper: unknown): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...leaves(proper)), fc.oneof(fc.jsonValue(), oddText))
    .map(([path, value]) => JSON.stringify(replaced(proper, path, value)))
}

function operationOf({ name }: Attempt): Operation {
  const operation = operations.find((each) => each.name === name)
  if (!operation) throw new Error(`no operation ${name}`)
  return operation
}

function pathOf(attempt: Attempt): string {
  const operation = operationOf(attempt)
  const { ids, parameters, segment, pick, query } = attempt
  const known = (ids === 'own' ? own : foreign)[operation.path.split('/')[2] ?? ''] ?? []
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (segment !== null) return segment
    const id = name === 'id' && ids !== 'described' ? known[pick % known.length] : undefined
    return encodeURIComponent(id ?? parameters[name] ?? '-')
  })
  return query === '' ? path : `${path}?${query}`
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** By node:http, since fetch refuses to send most of this. */
function send(attempt: Attempt, role: Role): Promise<Answer> {
  const { method, headers, body } = attempt
  const session = { anonymous: undefined, newcomer, operator, streamer }[role]?.setCookie
  const { hostname, port } = new URL(backend.url)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path: pathOf(attempt),
        headers: {
          'content-type': 'application/json',
          ...headers,
          // Signing out would end the role.
          ...(session && method !== 'DELETE' && { cookie: session.split(';')[0] }),
        },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part) => {
          text += part
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
        answer.on('error', reject)
      },
    )
    sent.on('error', reject)
    // Node frames no body for the others.
    sent.end(['POST', 'PUT', 'PATCH'].includes(method) ? body : undefined)
  })
}

async function stayNewcomer() {
  const { role } = (await newcomer.get('/api/me')).body
  if (role === 'newcomer') return
  // The allowance of this network is soon used up.
  await backend.query('delete from sign_in_pins')
  newcomer = await signIn(backend)
}

/** What is wrong with an answer, if anything. */
function problemOf(attempt: Attempt, { status, text }: Answer): string | undefined {
  // 503 is described: on a busy machine a connection to the database may come too late.
  if (status >= 500 && status !== 503) return `it is a ${status}: ${text}`
  const leaked = secrets.find((secret) => text.includes(secret))
  if (leaked) return `it shows ${leaked}, which belongs to others`
  const operation = operationOf(attempt)
  const isDescribed = attempt.method === operation.method && attempt.segment === null
  if (!isDescribed) return undefined
  const body = text === '' ? undefined : JSON.parse(text)
  const problem = operation.problem(status, body)
  return problem && `${problem}: ${text.slice(0, 300)}`
}

it('refuses an answer that is not described', () => {
  for (const operation of operations) {
    expect(operation.problem(418, {})).toContain('not described')
    const [status = 0] = operation.statuses
    expect([operation.name, operation.problem(status, [])]).toEqual([
      operation.name,
      expect.any(String),
    ])
  }
})

it.each(ROLES)(
  `${REQUESTS_PER_ROLE} requests as %s: no 500, nothing undescribed, nothing of others`,
  async (role) => {
    const seen = new Map<number, number>()
    let batches = 0
    const attempt = fc.constantFrom(...operations).chain(attemptOf)
    const batch = fc.array(attempt, { minLength: AT_ONCE, maxLength: AT_ONCE })
    await fc.assert(
      fc.asyncProperty(batch, async (attempts) => {
        if (++batches % BATCHES_BEFORE_NEW_THINGS === 0) own = await thingsOf(operator, streamer)
        const answers = await Promise.all(attempts.map((each) => send(each, role)))
        for (const [index, each] of attempts.entries()) {
          const answer = answers[index] ?? { status: 0, text: '' }
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
          const problem = problemOf(each, answer)
          if (problem) throw new Error(`${each.name} as ${role}: ${problem}`)
        }
        // Registering is a described request, too.
        if (role === 'newcomer') await stayNewcomer()
      }),
      {
        numRuns: Math.ceil(REQUESTS_PER_ROLE / AT_ONCE),
        seed: SEED,
        // What a batch did cannot be done again on the same data.
        endOnFailure: true,
      },
    )
    if (process.env.FUZZ_REQUESTS) {
      const counts = [...seen].sort(([one], [other]) => one - other)
      console.log(`${role}: ${counts.map(([status, count]) => `${count} × ${status}`).join(', ')}`)
    }
    expect(unhandled).toEqual([])
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining([200, 400, role === 'anonymous' ? 401 : 404]),
    )
    const scrape = await backend.scrape()
    expect(scrape.get('vf_http_requests_in_flight{service="api"}')).toBe(0)
  },
  60_000 + REQUESTS_PER_ROLE * 100,
)

/** The paths to every value within a JSON value. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by
  const record = value as Record<string, unknown>
  return { ...record, [key]: replaced(record[key], rest, by) }
}
