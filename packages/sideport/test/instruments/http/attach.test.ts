import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { honoRoutes } from 'sideport/hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { attachments, createMeter, createStillClock, listen, soon, startShop } from './support.ts'

describe('below the framework', () => {
  it('leaves a synchronous handler synchronous', async () => {
    const { http } = createMeter()
    const app = new Hono().get('/', (c) => c.text('home'))
    const { server } = await listen(app)
    http.attach(server, honoRoutes(app))
    expect(app.fetch(new Request('http://shop/'))).toBeInstanceOf(Response)
  })

  it('counts what never reaches the framework', async () => {
    const { raw, counted } = await startShop('below the framework', (app) => {
      app.get('/', (c) => c.text('home'))
    })
    await raw('GET / HTTP/1.1\r\nHost: not a host\r\n\r\n')
    await expect.poll(counted, soon).toEqual({ 'GET unmatched 400': 1 })
  })

  it('takes no route from a request the application makes of itself', async () => {
    const { get, counted } = await startShop('below the framework', (app) => {
      app.get('/inner', (c) => c.text('inner'))
      app.get('/outer', () => app.request('/inner'))
    })
    await get('/outer')
    await expect.poll(counted, soon).toEqual({ 'GET /outer 200': 1 })
  })

  it('adds one listener to a response, the same for all', async () => {
    const listeners = new Set<unknown>()
    const { get } = await startShop('below the framework', (app) => {
      app.get('/', (c) => {
        const { outgoing } = c.env as { outgoing: import('node:http').ServerResponse }
        for (const listener of outgoing.listeners('close')) listeners.add(listener)
        return c.text('home')
      })
    })
    for (let request = 0; request < 5; request++) await get('/')
    expect(listeners.size).toBe(1)
  })
})

describe('as a middleware', () => {
  it('without a socket, counts when the response exists', async () => {
    const { http, counted, inFlight } = createMeter()
    const app = new Hono()
    app.use(http.middleware)
    app.get('/things/:id', (c) => c.text('a thing', 201))
    app.get('/broken', () => {
      throw 'a string'
    })
    await app.request('/things/7')
    await app.request('/nothing', { method: 'BREW' })
    await expect(async () => app.request('/broken')).rejects.toBe('a string')
    expect(await counted()).toEqual({
      'GET /things/:id 201': 1,
      'other unmatched 404': 1,
      'GET /broken 500': 1,
    })
    expect(await inFlight()).toBe(0)
  })

  it('without a socket, leaves probes out', async () => {
    const { http, counted } = createMeter({ exclude: ['/healthz'] })
    const app = new Hono()
    app.use(http.middleware)
    app.get('/healthz', (c) => c.text('alive'))
    await app.request('/healthz')
    expect(await counted()).toEqual({})
  })
})

it('a WebSocket handshake is not counted, because it has no response', async () => {
  const { http, counted } = createMeter()
  const app = new Hono()
  app.use(http.middleware)
  app.get('/socket', () => new Response())
  await app.request('/socket', {}, { incoming: {}, outgoing: undefined })
  expect(await counted()).toEqual({})
})

it('counts once where both ways meet, or one is used twice', async () => {
  const { http, counted, inFlight } = createMeter()
  const app = new Hono()
  app.use(http.middleware)
  app.use('/api/*', http.middleware)
  app.get('/api/users', (c) => c.text('users'))
  const { server, port } = await listen(app)
  http.attach(server, honoRoutes(app))
  http.attach(server, honoRoutes(app))
  await fetch(`http://127.0.0.1:${port}/api/users`)
  await expect.poll(counted, soon).toEqual({ 'GET /api/users 200': 1 })
  expect(await inFlight()).toBe(0)
})

it('lets two instruments measure the same server', async () => {
  const [one, other] = [createMeter(), createMeter()]
  const app = new Hono()
  app.get('/', (c) => c.text('home'))
  const { server, port } = await listen(app)
  one.http.attach(server, honoRoutes(app))
  other.http.attach(server, honoRoutes(app))
  await fetch(`http://127.0.0.1:${port}/`)
  await expect.poll(one.counted, soon).toEqual({ 'GET / 200': 1 })
  await expect.poll(other.counted, soon).toEqual({ 'GET / 200': 1 })
})

describe.each(attachments)('measured %s', (attachment) => {
  it('pitfall 1: each route starts with a success and its failures at 0, so that the first 500 or 503 is seen', async () => {
    const { http, declared } = createMeter({ exclude: ['/healthz'] })
    const app = new Hono()
    if (attachment === 'as a middleware') app.use(http.middleware)
    app.use('/api/*', (_c, next) => next())
    app.route(
      '/api',
      new Hono().get('/users/:id', (c) => c.text('a user')),
    )
    app.post('/api/users', (c) => c.text('made', 201))
    app.all('/any', (c) => c.text('any'))
    app.get('/healthz', (c) => c.text('alive'))
    if (attachment === 'as a middleware') http.declareRoutes(app)
    else http.attach((await listen(app)).server, honoRoutes(app))
    expect(await declared()).toEqual({
      'GET /api/users/:id 200': 0,
      'GET /api/users/:id 500': 0,
      'GET /api/users/:id 503': 0,
      'POST /api/users 200': 0,
      'POST /api/users 500': 0,
      'POST /api/users 503': 0,
      'GET /any 200': 0,
      'GET /any 500': 0,
      'GET /any 503': 0,
    })
  })

  it('points from a request to its id, in OpenMetrics, at most once a second', async () => {
    const clock = createStillClock()
    const { get, counted, exemplars } = await startShop(
      attachment,
      (app) => {
        app.get('/', (c) => c.text('home'))
      },
      {
        clock,
        exemplar: ({ headers }) => ({ labels: { request_id: String(headers['x-request-id']) } }),
      },
    )
    const ask = async (id: string, count: number) => {
      await get('/', { headers: { 'x-request-id': id } })
      await expect.poll(counted, soon).toEqual({ 'GET / 200': count })
    }
    await ask('first', 1)
    await ask('hurried', 2)
    expect(await exemplars()).toEqual(new Set(['first']))
    clock.pass(1)
    await ask('later', 3)
    expect(await exemplars()).toEqual(new Set(['later']))
  })

  it('pitfall 33: survives an exemplar that throws', async () => {
    const { get, counted } = await startShop(
      attachment,
      (app) => {
        app.get('/', (c) => c.text('home'))
      },
      {
        exemplar: () => {
          throw new Error('no id')
        },
      },
    )
    expect((await get('/')).status).toBe(200)
    await expect.poll(counted, soon).toEqual({ 'GET / 200': 1 })
  })

  it('pitfall 34: measures by the monotonic clock, and a clock that errs makes no negative duration', async () => {
    const clock = createStillClock()
    const { get, seconds } = await startShop(
      attachment,
      (app) => {
        app.get('/', (c) => {
          clock.pass(-5)
          return c.text('home')
        })
      },
      { clock },
    )
    await get('/')
    await expect.poll(seconds, soon).toEqual({ 'GET / 200': 0 })
  })

  it('leaves the response as it is', async () => {
    const build = (app: Hono) => {
      app.get('/', (c) => c.json({ ok: true }, 203, { 'x-own': 'header' }))
    }
    const measured = await startShop(attachment, build)
    const plain = new Hono()
    build(plain)
    const { port } = await listen(plain)
    const answers = await Promise.all(
      [measured.url, `http://127.0.0.1:${port}`].map(async (url) => {
        const response = await fetch(`${url}/`)
        const headers = Object.fromEntries(response.headers)
        return {
          status: response.status,
          text: await response.text(),
          headers: { ...headers, date: '' },
        }
      }),
    )
    expect(answers[0]).toEqual(answers[1])
  })

  it('pitfall 17: distinguishes an answer from an abort over HTTP/2 too', async () => {
    const { http, counted, inFlight } = createMeter()
    const app = new Hono()
    if (attachment === 'as a middleware') app.use(http.middleware)
    app.get('/page', async (c) => c.text('a page'))
    app.get('/stuck', () => new Promise<Response>(() => {}))
    const server = createAdaptorServer({ fetch: app.fetch, createServer: createHttp2Server })
    if (attachment === 'below the framework') http.attach(server as Server, honoRoutes(app))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => {
      client.destroy()
      server.close()
    })
    const page = client.request({ ':path': '/page' })
    await once(page.resume(), 'close')
    const stuck = client.request({ ':path': '/stuck' })
    await expect.poll(inFlight, soon).toBe(1)
    stuck.close()
    await expect.poll(counted, soon).toEqual({ 'GET /page 200': 1, 'GET /stuck 499': 1 })
    expect(await inFlight()).toBe(0)
  })

  it('does not accumulate listeners on a connection that pipelines for long', async () => {
    const warnings: Error[] = []
    const listener = (warning: Error) => warnings.push(warning)
    process.on('warning', listener)
    const { raw, counted } = await startShop(attachment, (app) => {
      app.get('/', async (c) => c.text('home'))
    })
    const socket = await raw('GET / HTTP/1.1\r\nHost: shop\r\n\r\n'.repeat(50))
    await expect.poll(counted, soon).toEqual({ 'GET / 200': 50 })
    socket.end()
    await once(socket, 'close')
    process.off('warning', listener)
    expect(warnings).toEqual([])
  })
})
