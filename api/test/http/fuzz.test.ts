import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import {
  aCampaign,
  aDeal,
  aNegotiation,
  anAgreement,
  anOffer,
  aSubmission,
} from '../support/people.ts'
import { bodies, type Cast, castOf, somePath, visits } from './visits.ts'

const backend = useBackend()
const CASES = 10_000
const SETS = 4
let cast: Cast
/** Ids of things that are the cast's own, by what they are. */
let owned: Readonly<Record<string, readonly string[]>>
const unhandled: unknown[] = []
function note(reason: unknown) {
  return unhandled.push(reason)
}

beforeAll(async () => {
  cast = await castOf(backend)
  const { operator, streamer } = cast
  const several = async (make: () => Promise<string>) => {
    const made: string[] = []
    for (let count = 0; count < SETS; count++) made.push(await make())
    return made
  }
  owned = {
    streamers: [streamer.id],
    campaigns: await several(() => aCampaign(operator)),
    offers: await several(async () => (await anOffer(operator, streamer)).id),
    negotiations: [
      ...(await several(() => aNegotiation(operator, streamer))),
      ...(await several(() => anAgreement(operator, streamer))),
    ],
    deals: await several(() => aDeal(operator, streamer)),
    submissions: await several(async () => aSubmission(streamer, await aDeal(operator, streamer))),
  }
  process.on('unhandledRejection', note)
})
afterAll(() => process.off('unhandledRejection', note))

const operations = Object.keys(visits).map((name) => {
  const [method = '', path = ''] = name.split(' ')
  return { name, method, path }
})

/** Text that is anything but what was meant. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '\0', '%00', '../..', '\ud800', "'; drop table offers; --", '{{7*7}}', '-1'),
  fc.constantFrom('9007199254740993', '1e309', 'NaN', 'null', '__proto__', 'a'.repeat(5000)),
)
const segment = fc.oneof(
  oddText.map((text) => encodeURIComponent(Buffer.from(text).toString())),
  fc.constantFrom('%', '%zz', '%c0%ae', '..', 'O-000000', 'o-000000', 'C-ZZZZZZZ', '1'),
)
/** Something of the right shape with one or more parts gone wrong, or nothing like it. */
function oddBody(proper: unknown) {
  return fc.oneof(
    fc.json(),
    oddText,
    fc
      .tuple(fc.constantFrom(...leaves(proper)), fc.oneof(fc.jsonValue(), oddText))
      .map(([path, value]) => JSON.stringify(replaced(proper, path, value))),
  )
}
const oddHeaders = fc.dictionary(
  fc.constantFrom(
    'cookie',
    'content-type',
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
)

/** Fills in what is left open in a path with something of the cast's own. */
function ownPath(path: string, pick: number): string {
  const ids = owned[path.split('/')[2] ?? ''] ?? []
  return path
    .replace('{term}', 'deliveries')
    .replace('{slot}', '2')
    .replace('{id}', ids[pick % ids.length] ?? '-')
}

const attempt = fc.constantFrom(...operations).chain((operation) =>
  fc.record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constant(operation.method) },
      { weight: 1, arbitrary: fc.constantFrom('PATCH', 'OPTIONS', 'HEAD', 'PROPFIND', 'DELETE') },
    ),
    path: fc.oneof(
      fc.constant(operation.path),
      fc.constant(somePath(operation.path)),
      segment.map((part) => operation.path.replace(/\{\w+\}/g, part)),
    ),
    pick: fc.nat(99),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      segment.map((part) => `?limit=${part}&after=${part}&status=${part}`),
    ),
    headers: oddHeaders,
    body: oddBody(bodies[operation.name] ?? {}),
    as: fc.constantFrom('nobody', 'operator', 'streamer'),
  }),
)
type Attempt = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never

/** By node:http, since fetch is too polite for most of this. */
function send({ method, path, pick, query, headers, body, as }: Attempt): Promise<number> {
  // Signing out would make nobodies of all that follow.
  const session =
    as === 'nobody' || method === 'DELETE'
      ? undefined
      : cast[as as 'operator' | 'streamer'].setCookie
  const { hostname, port } = new URL(backend.url)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path: `${ownPath(path, pick)}${query}`,
        headers: {
          'content-type': 'application/json',
          ...headers,
          ...(session && { cookie: session.split(';')[0] }),
        },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
        answer.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(method === 'GET' || method === 'HEAD' ? undefined : body)
  })
}

it(`${CASES} odd requests to all routes: none is answered by a 500, none is lost`, async () => {
  const seen = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 20, maxLength: 20 }), async (attempts) => {
      const statuses = await Promise.all(attempts.map(send))
      statuses.forEach((status, index) => {
        seen.set(status, (seen.get(status) ?? 0) + 1)
        // 503 is what a probe or a mail that cannot be sent is answered by; nothing is away here.
        if (status >= 500) throw new Error(`${status}: ${JSON.stringify(attempts[index])}`)
      })
    }),
    { numRuns: CASES / 20 },
  )
  expect(unhandled).toEqual([])
  // They got past the door as well, and the api still works.
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405, 409]))
  expect((await cast.operator.get('/api/offers')).status).toBe(200)
  const scrape = await backend.scrape()
  const failed = [...scrape].filter(
    ([series, value]) => /vf_http_requests_total.*status_code="5/.test(series) && value > 0,
  )
  expect(failed).toEqual([])
  expect(scrape.get('vf_http_requests_in_flight{service="api"}')).toBe(0)
}, 300_000)

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
