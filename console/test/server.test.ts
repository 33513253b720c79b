import { request } from 'node:http'
import { freePort } from '@verifluence/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, startConsole } from '../src/server/index.ts'

/** Nothing listens behind it: what the console promises must hold without Prometheus and Alertmanager. */
let page: Console
let port: number

beforeAll(async () => {
  port = await freePort()
  const unreachable = `http://127.0.0.1:${await freePort()}`
  page = await startConsole({
    port,
    prometheus: unreachable,
    alertmanager: unreachable,
    canSilence: false,
    faults: [
      {
        name: 'kick-unavailable',
        title: 'Kick unavailable',
        theme: 'Kick',
        does: 'Kick answers 503',
        group: 'kick',
        expects: [],
        resolvedWithin: 60,
        cause: async () => ({ repair: async () => {} }),
      },
    ],
  })
}, 60_000)
afterAll(() => page?.stop())

interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** With headers of one's own choice, as no browser would let a page send them. */
function send(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
}

test.each(['evil.example', 'localhost', '127.0.0.1:1'])('refuses the host %s', async (host) => {
  const { status } = await send('/', { headers: { host } })
  expect(status).toBe(403)
})

const own = () => ({ origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' })

test.each([
  ['another origin', { origin: 'https://evil.example' }, 403],
  ['no origin', { origin: undefined }, 403],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['its own page', {}, 200],
])('answers a change from %s', async (_, changed, status) => {
  const given = Object.entries({ ...own(), ...changed }).filter(([, value]) => value !== undefined)
  const answer = await send('/api/faults/kick-unavailable/break', {
    method: 'POST',
    headers: Object.fromEntries(given),
    body: '{}',
  })
  expect(answer.status).toBe(status)
})

test('changes no silence unless it was allowed to', async () => {
  const { status, body } = await send('/api/silences', {
    method: 'POST',
    headers: own(),
    body: '{"matchers":"a=\\"b\\""}',
  })
  expect(status).toBe(403)
  expect(body).toContain('--allow-silences')
})

test.each([
  '/',
  '/alerts',
  '/alerts/WorkerDown',
  '/routes',
  '/silences/new?filter=x',
  '/dashboards/vf-api',
  '/messages',
  '/metrics',
  '/explore?expr=up',
  '/logs',
  '/runbooks',
  '/runbooks/workerdown',
  '/docs/',
])('%s answers 200, and lets nothing be loaded from elsewhere', async (path) => {
  const { status, headers, body } = await send(path)
  expect(status).toBe(200)
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers['content-security-policy']).not.toContain('unsafe')
  expect(body).toContain('<div id="app">')
})

test.each(['/nothing', '/alerts/a/b', '/dashboards/none', '/runbooks/none', '/docs/none'])(
  '%s answers 404',
  async (path) => {
    expect((await send(path)).status).toBe(404)
  },
)

test.each([
  [
    '/d/vf-api/slug?var-env=stage&viewPanel=panel-1',
    '/dashboards/vf-api?var-env=stage&viewPanel=panel-1',
  ],
  ['/graph?g0.expr=up%20%3E%201', '/explore?expr=up%20%3E%201'],
])('leads %s to the page that shows the same', async (path, target) => {
  const { status, headers } = await send(path)
  expect([status, headers.location]).toEqual([302, target])
})

test('says which service does not answer, and serves on', async () => {
  const { status, body } = await send('/api/prometheus/query?query=up')
  expect(status).toBe(502)
  expect(JSON.parse(body).error).toMatch(/^Prometheus does not answer at http/)
  expect((await send('/api/rules')).status).toBe(502)
  expect((await send('/api/setup')).status).toBe(200)
})

test.each(['/api/prometheus/admin/tsdb/delete_series', '/api/prometheus/../../-/quit'])(
  'does not pass on %s',
  async (path) => {
    expect((await send(path)).status).toBe(404)
  },
)

test.each([
  '/assets/..%2f..%2fpackage.json',
  '/api/docs-image/..%2f..%2fREADME.md',
  '/assets/%2e%2e/x.js',
])('gives no file away for %s', async (path) => {
  expect((await send(path)).status).toBe(404)
})
