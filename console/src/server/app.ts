import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Docs } from './docs.ts'
import { FaultRefused } from './faults.ts'
import type { Live } from './live.ts'
import type { LogFilter, Logs } from './logs.ts'
import { allMetrics } from './metrics.ts'
import { pageAt } from './pages.ts'
import { readMatchers, readRouting, routesFor } from './routing.ts'
import { allRules } from './rules.ts'
import type { DashboardEntry, Matcher, Routing, Rule, Setup } from './state.ts'
import { type Alertmanager, type Prometheus, UpstreamError } from './upstream.ts'

/** How long a computed answer serves every page that asks. */
const FRESH_MS = 2_000
/** Without it a proxy or a browser might take the stream for dead. */
const BEAT_MS = 10_000

/** What the page may ask Prometheus; nothing of it changes anything. */
const QUERIES =
  /^(query|query_range|query_exemplars|series|labels|label\/[\w:%.-]+\/values|metadata|format_query|rules|targets|status\/(tsdb|buildinfo|runtimeinfo))$/

export interface Parts {
  /** The folder with the built page. */
  readonly built: string
  readonly live: Live
  readonly prometheus: Prometheus
  readonly alertmanager: Alertmanager
  readonly docs: Docs
  readonly docsFolder: string
  readonly logs?: Logs
  /** The folder with the dashboards' JSON. */
  readonly dashboards: string
  readonly setup: Omit<Setup, 'dashboards'>
  /** The names that the Host header may have, with the port. */
  readonly hosts: readonly string[]
}

/** A request that cannot be carried out, with its status. */
class Refused extends Error {
  readonly status: 400 | 403 | 404 | 415
  constructor(status: 400 | 403 | 404 | 415, message: string) {
    super(message)
    this.status = status
  }
}

/** The console's HTTP interface. */
export function createApp(parts: Parts): Hono {
  const { live, prometheus, alertmanager, docs, logs, setup } = parts
  const app = new Hono()

  app.onError((error, c) => {
    if (error instanceof Refused) return c.json({ error: error.message }, error.status)
    if (error instanceof FaultRefused) return c.json({ error: error.message }, 409)
    if (error instanceof UpstreamError)
      return c.json({ error: error.message }, error.status as 400 | 502)
    console.error(error)
    return c.json({ error: 'The console failed; its terminal says why.' }, 500)
  })

  app.use('*', async (c, next) => {
    refuseStrangers(c, parts.hosts)
    await next()
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'no-referrer')
    c.header('X-Frame-Options', 'DENY')
    c.header('Cross-Origin-Opener-Policy', 'same-origin')
    c.header('Cross-Origin-Resource-Policy', 'same-origin')
  })

  app.get('/api/live', (c) =>
    streamSSE(c, async (stream) => {
      const send = (slices: unknown) =>
        stream.writeSSE({ event: 'slices', data: JSON.stringify(slices) })
      const ended = new Promise<void>((resolve) => stream.onAbort(resolve))
      await send(live.state())
      const unsubscribe = live.subscribe((slices) => void send(slices))
      const beat = setInterval(() => void stream.write(': alive\n\n'), BEAT_MS)
      await ended
      clearInterval(beat)
      unsubscribe()
    }),
  )

  app.get('/api/setup', (c) => c.json({ ...setup, dashboards: dashboardList(parts.dashboards) }))

  app.get('/api/prometheus/*', async (c) => {
    const path = c.req.path.slice('/api/prometheus/'.length)
    if (!QUERIES.test(path)) throw new Refused(404, `The console does not pass on "${path}".`)
    return passOn('Prometheus', `${prometheus.url}/api/v1/${path}${new URL(c.req.url).search}`, c)
  })

  const routing = remembered(async () => readRouting(await alertmanager.configuration()), 10_000)
  const rules = remembered<Rule[]>(
    async () => allRules(prometheus, await routing().catch(() => undefined)),
    FRESH_MS,
  )
  app.get('/api/rules', async (c) => c.json(await rules()))
  app.get('/api/routing', async (c) => c.json(await routing()))
  app.get('/api/routing/test', async (c) =>
    c.json(testRoutes(await routing(), c.req.query('labels') ?? '')),
  )
  app.get('/api/matchers', (c) => c.json(matchersIn(c.req.query('text') ?? '')))

  app.post('/api/silences', async (c) => {
    if (!setup.canSilence) throw new Refused(403, READ_ONLY)
    return c.json({
      id: await alertmanager.silence(silenceIn(await c.req.json().catch(() => undefined))),
    })
  })
  app.post('/api/silences/:id/expire', async (c) => {
    if (!setup.canSilence) throw new Refused(403, READ_ONLY)
    await alertmanager.expire(c.req.param('id'))
    return c.json({})
  })

  app.get('/api/messages', (c) => c.json(live.messages(Number(c.req.query('after') ?? 0) || 0)))

  app.post('/api/faults/:name/break', (c) => {
    live.faults.break(c.req.param('name'))
    return c.json({})
  })
  app.post('/api/faults/:name/repair', (c) => {
    live.faults.repair(c.req.param('name'))
    return c.json({})
  })

  app.get('/api/dashboards/:uid', (c) => {
    const found = dashboardsIn(parts.dashboards).find(({ uid }) => uid === c.req.param('uid'))
    if (!found) throw new Refused(404, `There is no dashboard "${c.req.param('uid')}".`)
    return c.json(found)
  })

  app.get('/api/docs', (c) => c.json(docs.pages()))
  app.get('/api/docs/*', (c) => {
    const path = decodeURIComponent(c.req.path.slice('/api/docs/'.length)) || 'index'
    const page = docs.page(path)
    if (!page) throw new Refused(404, `There is no page "${path}" in the documentation.`)
    return c.json(page)
  })
  app.get('/api/runbooks/:name', (c) => {
    const page = docs.runbook(c.req.param('name'), c.req.query('within') ? 2 : 1)
    if (!page) throw new Refused(404, `There is no runbook for "${c.req.param('name')}".`)
    return c.json(page)
  })
  app.get('/api/search', (c) => c.json(docs.search(c.req.query('q') ?? '')))
  app.get('/api/docs-image/*', (c) =>
    file(parts.docsFolder, decodeURIComponent(c.req.path.slice('/api/docs-image/'.length)), IMAGES),
  )

  const metrics = remembered(
    async () => allMetrics(prometheus, dashboardsIn(parts.dashboards)),
    10_000,
  )
  app.get('/api/metrics', async (c) => c.json(await metrics()))

  app.get('/api/logs', (c) => {
    if (!logs) throw new Refused(404, 'This console has no logs: only `npm start` gives it some.')
    return c.json({ processes: logs.processes(), lines: logs.lines(logFilter(c)) })
  })

  app.all('/api/*', (c) => c.json({ error: `There is nothing at ${c.req.path}.` }, 404))

  // The addresses that Grafana and Prometheus have in links.
  app.get('/d/:uid/:slug?', (c) =>
    c.redirect(`/dashboards/${encodeURIComponent(c.req.param('uid'))}${new URL(c.req.url).search}`),
  )
  app.get('/graph', (c) =>
    c.redirect(`/explore?expr=${encodeURIComponent(c.req.query('g0.expr') ?? '')}`),
  )
  app.get('/assets/*', (c) => {
    const answer = file(parts.built, c.req.path, ASSETS)
    // Their names change with their content.
    if (answer.ok) answer.headers.set('Cache-Control', 'public, max-age=31536000, immutable')
    return answer
  })
  app.get('*', (c) => page(c, parts))
  return app
}

const READ_ONLY =
  'This console is read-only: start it with --allow-silences to create and expire silences.'

/**
 * Refuses what another website could make this browser send: a foreign Host (DNS rebinding), and a change
 * that does not come from the page itself.
 */
function refuseStrangers(c: Context, hosts: readonly string[]): void {
  const host = c.req.header('host') ?? ''
  if (!hosts.includes(host))
    throw new Refused(403, `The console answers to ${hosts.join(' and ')}, not to "${host}".`)
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const origin = c.req.header('origin')
  if (origin !== `http://${host}`)
    throw new Refused(403, 'A change must come from the console’s own page.')
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/json\b/.test(type))
    throw new Refused(415, 'A change must have a JSON body (content-type: application/json).')
}

async function passOn(who: string, url: string, c: Context): Promise<Response> {
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(30_000)]),
    })
    // Read whole: a page that leaves in the middle of a stream would be reported as an error.
    return new Response(await answer.arrayBuffer(), {
      status: answer.status,
      headers: { 'content-type': answer.headers.get('content-type') ?? 'application/json' },
    })
  } catch {
    throw new UpstreamError(`${who} does not answer at ${new URL(url).origin}.`)
  }
}

/** Computes an answer once for everybody who asks within a while. */
function remembered<Value>(compute: () => Promise<Value>, forMs: number): () => Promise<Value> {
  let at = Number.NEGATIVE_INFINITY
  let value: Promise<Value> | undefined
  return () => {
    const now = performance.now()
    if (value === undefined || now - at > forMs) {
      at = now
      const asked = compute()
      asked.catch(() => {
        if (value === asked) value = undefined
      })
      value = asked
    }
    return value
  }
}

function matchersIn(text: string): Matcher[] {
  try {
    return readMatchers(text)
  } catch (error) {
    throw new Refused(400, error instanceof Error ? error.message : String(error))
  }
}

function testRoutes(routing: Routing, text: string) {
  const labels = Object.fromEntries(matchersIn(text).map(({ name, value }) => [name, value]))
  const routes = routesFor(routing.root, labels)
  return {
    labels,
    routes: routes.map(({ id }) => id),
    receivers: routes.map(({ receiver }) => receiver),
  }
}

function silenceIn(body: unknown) {
  const { matchers, endsAt, createdBy, comment } = (body ?? {}) as Record<string, unknown>
  if (typeof comment !== 'string' || comment.trim() === '')
    throw new Refused(400, 'A silence needs a comment: say why it is quiet.')
  if (typeof endsAt !== 'number' || !(endsAt > Date.now()))
    throw new Refused(400, 'A silence needs an end that lies in the future.')
  if (typeof matchers !== 'string') throw new Refused(400, 'A silence needs matchers.')
  const read = matchersIn(matchers)
  if (!read.some(({ value, isEqual }) => isEqual && value !== ''))
    throw new Refused(
      400,
      'A silence needs a matcher that fits a value: this one would fit every alert.',
    )
  const by = typeof createdBy === 'string' && createdBy.trim() !== '' ? createdBy.trim() : 'console'
  return { matchers: read, endsAt, comment: comment.trim(), createdBy: by }
}

function logFilter(c: Context): LogFilter {
  const level = c.req.query('level')
  const of = (name: 'process' | 'request' | 'job' | 'text') => {
    const value = c.req.query(name)
    return value ? { [name]: value } : {}
  }
  return {
    ...of('process'),
    ...of('request'),
    ...of('job'),
    ...of('text'),
    ...(level === 'warn' || level === 'error' || level === 'info' ? { level } : {}),
    limit: Math.min(2_000, Number(c.req.query('limit')) || 500),
  }
}

interface DashboardJson extends Omit<DashboardEntry, 'panels'> {
  readonly panels: readonly { readonly type: string }[]
}

const dashboardsIn = (folder: string): DashboardJson[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as DashboardJson)
    : []

const dashboardList = (folder: string) =>
  dashboardsIn(folder).map(
    ({ uid, title, description, tags, panels }): DashboardEntry => ({
      uid,
      title,
      description: description ?? '',
      tags: tags ?? [],
      panels: panels.filter(({ type }) => type !== 'row').length,
    }),
  )

const ASSETS: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}
const IMAGES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
}

function file(folder: string, path: string, types: Readonly<Record<string, string>>): Response {
  const inside = normalize(join('/', path))
  const type = types[extname(inside)]
  const full = join(folder, inside)
  if (type === undefined || !existsSync(full))
    return new Response('There is no such file.', { status: 404 })
  return new Response(readFileSync(full), { headers: { 'content-type': type } })
}

/** The page itself. What does not exist is the page too, with status 404. */
function page(c: Context, { built, docs, dashboards }: Parts): Response {
  const nonce = randomBytes(16).toString('base64')
  const html = readFileSync(join(built, 'index.html'), 'utf8')
    .replace('<head>', `<head><meta property="csp-nonce" nonce="${nonce}">`)
    .replaceAll(/<script(?=[ >])/g, `<script nonce="${nonce}"`)
  const found = pageAt(c.req.path)
  const exists =
    found !== undefined &&
    (found.page !== 'doc' || docs.page(found.name) !== undefined) &&
    (found.page !== 'runbook' || docs.runbook(found.name) !== undefined) &&
    (found.page !== 'dashboard' || dashboardsIn(dashboards).some(({ uid }) => uid === found.name))
  return c.html(html, exists ? 200 : 404, {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  })
}
