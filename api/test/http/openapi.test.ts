import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { type Client, createClient, type Reply } from '../support/client.ts'
import { signIn } from '../support/people.ts'
import { type Severable, severable } from '../support/severable.ts'
import { bodies, type Cast, castOf, somePath, visits } from './visits.ts'

const backend = useBackend()
let cast: Cast
let newcomer: Client
let way: Severable
let cutOff: string

interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly statuses: number[]
  readonly needsSession: boolean
}
let operations: Operation[]

beforeAll(async () => {
  cast = await castOf(backend)
  newcomer = await signIn(backend)
  const url = new URL(backend.environment.DATABASE_URL ?? '')
  way = await severable({ port: Number(url.port || 5432), host: url.hostname })
  url.port = String(way.port)
  cutOff = (await backend.replica({ DATABASE_URL: url.href })).url
  way.cut()
  operations = await documented()
})

afterAll(async () => {
  way.restore()
  await way.close()
})

interface Described {
  readonly responses: Record<string, unknown>
  readonly security?: unknown[]
}

/** What /openapi.json says there is. */
async function documented(): Promise<Operation[]> {
  const { body } = await backend.client().get('/openapi.json')
  return Object.entries<Record<string, Described>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses, security = body.security }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      statuses: Object.keys(responses).map(Number),
      needsSession: security.length > 0,
    })),
  )
}

/** Sends an operation with a body that fits, or as given. */
async function send(
  { name, method, path }: Operation,
  {
    by,
    at = backend.url,
    query = '',
    body = bodies[name],
    type = 'application/json',
    encoding,
  }: Sending = {},
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(at + somePath(path) + query, {
    method,
    headers: {
      ...(by && { cookie: by.setCookie.split(';')[0] ?? '' }),
      ...(text !== undefined && { 'content-type': type }),
      ...(encoding && { 'content-encoding': encoding }),
    },
    ...(text !== undefined && { body: text }),
  })
  const { status, headers } = response
  return { status, headers, body: await response.json().catch(() => '') }
}
interface Sending {
  by?: Client
  at?: string
  query?: string
  body?: unknown
  type?: string
  encoding?: string
}

/** How every operation is led to the answers that are the same everywhere. */
const everywhere: Readonly<Record<number, (operation: Operation) => Promise<Reply>>> = {
  400: (operation) =>
    send(operation, {
      by: cast.operator,
      ...(operation.method === 'GET' ? { query: '?limit=0' } : { body: {} }),
    }),
  401: (operation) => send(operation),
  403: (operation) => send(operation, { by: newcomer }),
  404: (operation) => {
    const by = operation.path.includes('{slot}') ? cast.streamer : cast.operator
    // An operator's offer is for a streamer; then it is the campaign that is not there.
    const offer = operation.path.endsWith('/offers')
    const body = { ...Object(bodies[operation.name]), streamer_id: cast.streamer.id }
    return send(operation, { by, ...(offer && { body }) })
  },
  413: (operation) => send(operation, { by: cast.operator, body: 'x'.repeat(70_000) }),
  415: (operation) => send(operation, { by: cast.operator, encoding: 'gzip' }),
  500: (operation) => cutOffWebhook(operation),
  503: (operation) => send(operation, { by: cast.operator, at: cutOff }),
}

async function cutOffWebhook({ path }: Operation): Promise<Reply> {
  const order = { type: 'chat.message.sent', broadcasterUserId: 1, url: cutOff + path } as const
  const [delivery] = await backend.fakes.sendWebhook(order)
  const status = Number(delivery?.outcome)
  return { status, headers: new Headers(), body: delivery?.answer }
}

describe('the document', () => {
  it('lists every route there is, and no other', async () => {
    const labels = [...(await backend.scrape()).keys()].filter(
      (series) =>
        series.startsWith('vf_http_requests_total') &&
        series.includes('status_code="500"') &&
        !series.includes('unmatched'),
    )
    const served = labels.map((series) => {
      const [, method, route] = series.match(/method="(\w+)",route="([^"]+)"/) ?? []
      return `${method} ${route?.replace(/:(\w+)/g, '{$1}')}`
    })
    const probes = ['GET /_liveness', 'GET /_readiness']
    const everyMethod = 'GET /wh/kick'
    const listed = operations.map(({ name }) => name)
    expect([...served, ...probes].filter((route) => route !== everyMethod).sort()).toEqual(
      listed.sort(),
    )
  })

  it('says of a session where one is needed, and the api agrees', async () => {
    for (const operation of operations) {
      expect([operation.name, operation.statuses.includes(401) && operation.needsSession]).toEqual([
        operation.name,
        operation.path.startsWith('/api/') && !operation.path.startsWith('/api/sign-in'),
      ])
    }
  })

  it('knows a way to each answer that it promises', async () => {
    const unvisited = operations.flatMap(({ name, statuses }) =>
      statuses
        .filter((status) => !visits[name]?.[status] && !everywhere[status])
        .map((status) => `${name} ${status}`),
    )
    expect(unvisited).toEqual([])
  })

  it('keeps each promise: every route gives every answer that is documented', async () => {
    const broken: string[] = []
    for (const operation of operations) {
      for (const status of operation.statuses) {
        const visit = visits[operation.name]?.[status]
        const reply = visit ? await visit(cast) : await everywhere[status]?.(operation)
        if (reply?.status === status && isShaped(reply)) continue
        broken.push(`${operation.name} ${status}: ${reply?.status} ${JSON.stringify(reply?.body)}`)
      }
    }
    expect(broken).toEqual([])
  }, 60_000)
})

/** Refusals of the domain API all have one shape. */
function isShaped({ status, body }: Reply) {
  return (
    status < 400 ||
    typeof body !== 'object' ||
    (typeof body.error?.code === 'string' &&
      typeof body.error.message === 'string' &&
      typeof body.error.request_id === 'string') ||
    typeof body.status === 'string'
  )
}

it('a body that is not said to be JSON is refused with 415', async () => {
  for (const operation of operations.filter(({ name }) => bodies[name])) {
    if (!operation.statuses.includes(415)) continue
    const { status } = await send(operation, { by: cast.operator, type: 'text/plain' })
    expect([operation.name, status]).toEqual([operation.name, 415])
  }
})

it('a client without a session learns nothing of what exists', async () => {
  const replies = await Promise.all(
    ['/api/offers', '/api/offers/O-000000', '/api/nothing'].map((path) =>
      createClient(backend.url).get(path),
    ),
  )
  expect(replies.map(({ status }) => status)).toEqual([401, 401, 401])
})
