import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import KoaRouter from '@koa/router'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import Koa from 'koa'
import mount from 'koa-mount'
import { expressRoutes } from 'sideport/express'
import { fastifyRoutes } from 'sideport/fastify'
import { koaRoutes } from 'sideport/koa'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createMeter, soon } from './support.ts'

type Meter = ReturnType<typeof createMeter>
type Attach = Meter['http']['attach']

/** Serves the same shop in each framework; `attach` is called where the adapter wants it. */
type Start = (attach: Attach) => Server | Promise<Server>

function never(): Promise<never> {
  return new Promise(() => {})
}

const startExpress =
  (framework: typeof express): Start =>
  (attach) => {
    const app = framework()
    app.get('/', (_request, response) => void response.send('home'))
    app.get('/users/:id', (request, response) => void response.status(201).send(request.params.id))
    app.get('/stuck', never)
    app.get('/throws', () => {
      throw new Error('broken')
    })
    app.get('/stream', (_request, response) => {
      response.write('a')
      setTimeout(() => response.end('b'), 5)
    })
    const orders = framework.Router({ mergeParams: true })
    orders.get('/:order', (request, response) => void response.send(request.params))
    orders.get('/', (_request, response) => void response.send('orders'))
    orders.get('/:order/fails', (_request, _response, next) => next(new Error('broken')))
    const shops = framework.Router()
    shops.use('/:shop/orders', orders)
    app.use('/api/shops', shops)
    app.use('/private', (_request, response) => void response.sendStatus(401))
    app.get('/private/page', (_request, response) => void response.send('secret'))
    const server = app.listen(0)
    attach(server, expressRoutes(app as never))
    return server
  }

const startFastify: Start = async (attach) => {
  const app = Fastify()
  attach(app.server, fastifyRoutes(app))
  app.get('/', () => 'home')
  app.get<{ Params: { id: string } }>('/users/:id', (request, reply) =>
    reply.code(201).send(request.params.id),
  )
  app.get('/stuck', never)
  app.get('/throws', () => {
    throw new Error('broken')
  })
  app.get('/stream', async (_request, reply) => {
    reply.hijack()
    reply.raw.write('a')
    setTimeout(() => reply.raw.end('b'), 5)
  })
  await app.register(
    async (shops) => {
      await shops.register(
        async (orders) => {
          orders.get('/:order', () => 'an order')
          orders.get('/', () => 'orders')
          orders.get('/:order/fails', async () => {
            throw new Error('broken')
          })
        },
        { prefix: '/:shop/orders' },
      )
    },
    { prefix: '/api/shops' },
  )
  app.get(
    '/private/page',
    { onRequest: async (_request, reply) => reply.code(401).send() },
    () => 'x',
  )
  await app.listen({ port: 0 })
  onTestFinished(() => app.close())
  return app.server
}

const respond = (context: Koa.Context, body: unknown) => {
  context.body = body
}

const startKoa: Start = (attach) => {
  const app = new Koa()
  app.silent = true
  const router = new KoaRouter()
  router.get('/', (context) => respond(context, 'home'))
  router.get('/users/:id', (context) => {
    context.status = 201
    context.body = context.params.id
  })
  router.get('/stuck', never)
  router.get('/throws', () => {
    throw new Error('broken')
  })
  router.get('/stream', (context) => {
    context.respond = false
    context.status = 200
    context.res.write('a')
    setTimeout(() => context.res.end('b'), 5)
  })
  const orders = new KoaRouter()
  orders.get('/:order', (context) => respond(context, context.params))
  orders.get('/', (context) => respond(context, 'orders'))
  orders.get('/:order/fails', () => {
    throw new Error('broken')
  })
  const shops = new KoaRouter({ prefix: '/api/shops' })
  shops.use('/:shop/orders', orders.routes())
  router.use(shops.routes())
  router.get('/private/page', (context) => respond(context, 'secret'))
  app.use((context, next) => (context.path.startsWith('/private') ? context.throw(401) : next()))
  app.use(router.routes())
  const server = app.listen(0)
  attach(server, koaRoutes(app))
  return server
}

const startPlain: Start = (attach) => {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    if (path === '/stuck') return
    if (path === '/stream') {
      response.write('a')
      setTimeout(() => response.end('b'), 5)
      return
    }
    const fails = path === '/throws' || path.endsWith('/fails')
    const created = path.startsWith('/users/')
    const status = fails ? 500 : created ? 201 : path.startsWith('/private') ? 401 : 200
    response.writeHead(patternOf(path) === undefined ? 404 : status).end()
  })
  attach(server, { route: ({ url }) => patternOf(url?.split('?')[0] ?? '') })
  return server.listen(0)
}

function patternOf(path: string): string | undefined {
  if (['/', '/stuck', '/throws', '/stream', '/private/page'].includes(path)) return path
  return path
    .replace(/^\/users\/[^/]+$/, '/users/:id')
    .replace(/^\/api\/shops\/[^/]+\/orders/, '/api/shops/:shop/orders')
    .replace(/orders\/[^/]+/, 'orders/:order')
    .match(/^.*:.*$/)?.[0]
}

const frameworks: [string, Start][] = [
  ['Express 5', startExpress(express)],
  ['Express 4', startExpress(express4)],
  ['Fastify 5', startFastify],
  ['Koa 3', startKoa],
  ['node:http', startPlain],
]

/** A measured shop, and ways to ask it. */
async function open(start: Start, options?: Parameters<typeof createMeter>[0]) {
  const meter = createMeter(options)
  const server = await start(meter.http.attach)
  if (!server.listening) await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    ...meter,
    server,
    async get(path: string, init?: RequestInit) {
      const response = await fetch(`http://localhost:${port}${path}`, init)
      await response.text()
      return response.status
    },
    async raw(bytes: string): Promise<Socket> {
      const socket = connect(port, 'localhost')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => {})
      socket.resume()
      await once(socket, 'connect')
      socket.write(bytes)
      return socket
    },
  }
}

describe.each(frameworks)('attach() to %s', (name, start) => {
  it('counts a request under the pattern of its route', async () => {
    const { get, counted } = await open(start)
    await get('/')
    await get('/users/7?page=1')
    await get('/users/alice')
    await expect.poll(counted, soon).toEqual({ 'GET / 200': 1, 'GET /users/:id 201': 2 })
  })

  it('writes mounted and nested routers into the pattern, their parameters by name', async () => {
    const { get, counted } = await open(start)
    await get('/api/shops/3/orders/9')
    await get('/api/shops/orders/orders/orders')
    await get('/api/shops/4/orders')
    await expect.poll(counted, soon).toEqual({
      'GET /api/shops/:shop/orders/:order 200': 2,
      'GET /api/shops/:shop/orders 200': 1,
    })
  })

  it('counts what no route answers as unmatched, whatever its path', async () => {
    const { get, counted } = await open(start)
    await get('/nothing')
    await get('/api/shops/none')
    await get('/%ff')
    const routes = async () =>
      Object.entries(await counted()).flatMap(([key, count]) => Array(count).fill(key.slice(0, 13)))
    await expect.poll(routes, soon).toEqual(Array(3).fill('GET unmatched'))
  })

  it('counts an error under its route, nested or not', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { get, counted } = await open(start)
    expect(await get('/api/shops/3/orders/9/fails')).toBe(500)
    expect(await get('/throws')).toBe(500)
    await expect.poll(counted, soon).toEqual({
      'GET /throws 500': 1,
      'GET /api/shops/:shop/orders/:order/fails 500': 1,
    })
  })

  it('counts a request that middleware answers under the route behind it', async () => {
    const { get, counted } = await open(start)
    expect(await get('/private/page')).toBe(401)
    await expect.poll(counted, soon).toEqual({ 'GET /private/page 401': 1 })
  })

  it('counts a client that leaves as 499 and a connection the server cuts as 500', async () => {
    const { raw, counted, inFlight, server } = await open(start)
    const leaving = await raw('GET /stuck HTTP/1.1\r\nHost: shop\r\n\r\n')
    await expect.poll(inFlight, soon).toBe(1)
    leaving.destroy()
    await expect.poll(counted, soon).toEqual({ 'GET /stuck 499': 1 })
    await raw('GET /stuck HTTP/1.1\r\nHost: shop\r\n\r\n')
    await expect.poll(inFlight, soon).toBe(1)
    server.closeAllConnections()
    await expect.poll(counted, soon).toEqual({ 'GET /stuck 499': 1, 'GET /stuck 500': 1 })
    expect(await inFlight()).toBe(0)
  })

  it('counts a stream once, at its end', async () => {
    const { get, counted, inFlight } = await open(start)
    await get('/stream')
    await expect.poll(counted, soon).toEqual({ 'GET /stream 200': 1 })
    expect(await inFlight()).toBe(0)
  })

  it('leaves excluded routes out', async () => {
    const { get, counted, inFlight } = await open(start, { exclude: ['/users/:id'] })
    await get('/users/7')
    await get('/')
    await expect.poll(counted, soon).toEqual({ 'GET / 200': 1 })
    expect(await inFlight()).toBe(0)
  })

  it('does not count an upgrade, and leaves nothing in flight', async () => {
    const { raw, counted, inFlight, server } = await open(start)
    server.on('upgrade', (_request, socket: Socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\n')
    })
    const socket = await raw(
      'GET /socket HTTP/1.1\r\nHost: shop\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\n',
    )
    await once(socket, 'close')
    expect(await counted()).toEqual({})
    expect(await inFlight()).toBe(0)
  })

  it.skipIf(name === 'node:http')(
    'declares each route with a success and failures at 0',
    async () => {
      const { declared } = await open(start)
      expect(await declared()).toMatchObject({
        'GET /users/:id 200': 0,
        'GET /users/:id 500': 0,
        'GET /api/shops/:shop/orders/:order 503': 0,
      })
    },
  )
})

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('the routes of %s', (_name, framework) => {
  const serve = (build: (app: express.Express) => void) =>
    open((attach) => {
      const app = framework()
      build(app)
      const server = app.listen(0)
      attach(server, expressRoutes(app as never))
      return server
    })
  const answer: express.RequestHandler = (_request, response) => void response.send('ok')

  it('include the mount of an application in an application', async () => {
    const { get, counted } = await serve((app) => {
      const admin = framework()
      admin.get('/users/:id', answer)
      const inner = framework()
      inner.get('/deep', answer)
      admin.use('/inner', inner)
      app.use('/tenants/:tenant/admin', admin)
    })
    await get('/tenants/a/admin/users/1')
    await get('/tenants/b/admin/inner/deep')
    await expect.poll(counted, soon).toEqual({
      'GET /tenants/:tenant/admin/users/:id 200': 1,
      'GET /tenants/:tenant/admin/inner/deep 200': 1,
    })
  })

  it('differ for a router that is mounted twice', async () => {
    const { get, counted } = await serve((app) => {
      const router = framework.Router()
      router.get('/things/:id', answer)
      app.use('/v1', router)
      app.use('/V2', router)
    })
    await get('/v1/things/1')
    await get('/v2/things/1')
    await get('/V2/things/1')
    await expect.poll(counted, soon).toEqual({
      'GET /v1/things/:id 200': 1,
      'GET /V2/things/:id 200': 2,
    })
  })

  it('stay few for regular expressions, lists and a hostile spelling', async () => {
    const { get, counted } = await serve((app) => {
      const router = framework.Router()
      router.get(/^\/by-(\w+)$/, answer)
      router.get(['/one', '/two/:x'], answer)
      app.use('/Mount.v1/:a-:b', router)
    })
    for (const path of ['/by-1', '/by-2', '/one', '/two/2', '/TWO/3'])
      await get(`/mount.v1/x-y${path}`)
    await expect
      .poll(async () => Object.values(await counted()).reduce((a, b) => a + b, 0), soon)
      .toBe(5)
    expect(Object.keys(await counted())).toEqual([
      'GET /Mount.v1/:a-:b/^\\/by-(\\w+)$/ 200',
      'GET /Mount.v1/:a-:b/one|/two/:x 200',
    ])
  })

  it('are of the route that answers, where others pass the request on', async () => {
    const { get, counted } = await serve((app) => {
      app.get('/things/:id', (_request, _response, next) => next())
      app.get('/things/special', answer)
    })
    await get('/things/special')
    await expect.poll(counted, soon).toEqual({ 'GET /things/special 200': 1 })
  })
})

describe('the routes of Koa', () => {
  it('include what koa-mount takes from the path, nested and parametrised', async () => {
    const { get, counted } = await open((attach) => {
      const app = new Koa()
      const router = new KoaRouter()
      router.get('/', (context) => respond(context, 'root'))
      router.get('/things/:id', (context) => respond(context, 'thing'))
      app.use(mount('/outer', mount('/inner', router.routes())))
      const server = app.listen(0)
      attach(server, koaRoutes(app))
      return server
    })
    await get('/outer/inner/things/1')
    await get('/outer/inner')
    await expect.poll(counted, soon).toEqual({
      'GET /outer/inner/things/:id 200': 1,
      'GET /outer/inner 200': 1,
    })
  })

  it('are of the route that runs, where several match', async () => {
    const { get, counted } = await open((attach) => {
      const app = new Koa()
      const router = new KoaRouter()
      router.use((_context, next) => next())
      router.get('/things/special', (context) => respond(context, 'special'))
      router.get('/things/:id', (context) => respond(context, 'thing'))
      app.use(router.routes())
      const server = app.listen(0)
      attach(server, koaRoutes(app))
      return server
    })
    await get('/things/special')
    await get('/things/1')
    await expect.poll(counted, soon).toEqual({
      'GET /things/special 200': 1,
      'GET /things/:id 200': 1,
    })
  })
})

it('Koa and a plain handler are measured over HTTP/2', async () => {
  const meter = createMeter()
  const app = new Koa()
  const router = new KoaRouter()
  router.get('/users/:id', (context) => respond(context, 'a user'))
  router.get('/stuck', never)
  app.use(router.routes())
  const server = createHttp2Server(app.callback() as never)
  meter.http.attach(server, koaRoutes(app))
  server.listen(0)
  await once(server, 'listening')
  const client = connectHttp2(`http://localhost:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  await once(client.request({ ':path': '/users/7' }).resume(), 'close')
  const stuck = client.request({ ':path': '/stuck' })
  await expect.poll(meter.inFlight, soon).toBe(1)
  stuck.close()
  await expect.poll(meter.counted, soon).toEqual({ 'GET /users/:id 200': 1, 'GET /stuck 499': 1 })
})

it("finds an exemplar in the asynchronous context of the request's own middleware", async () => {
  const ids = new AsyncLocalStorage<string>()
  const exemplar = () => ({ labels: { request_id: ids.getStore() ?? 'lost' } })
  const start: Start = (attach) => {
    const app = express()
    app.use((request, _response, next) => ids.run(String(request.headers['x-id']), next))
    // Long enough that the socket, not the handler, ends it.
    app.get('/', (_request, response) => void response.send('x'.repeat(20_000_000)))
    const server = app.listen(0)
    attach(server, expressRoutes(app))
    return server
  }
  const { get, counted, exemplars } = await open(start, { exemplar })
  await get('/', { headers: { 'x-id': 'first' } })
  await expect.poll(counted, soon).toEqual({ 'GET / 200': 1 })
  expect(await exemplars()).toEqual(new Set(['first']))
})

it('a route function that throws or returns no text counts as unmatched', async () => {
  const results: unknown[] = [undefined, null, 7, {}, '']
  const { get, counted } = await open((attach) => {
    const server = createServer((_request, response) => void response.end('ok'))
    attach(server, {
      route: () => {
        if (results.length === 0) throw new Error('no table')
        return results.shift() as string
      },
    })
    return server.listen(0)
  })
  for (let request = 0; request < 6; request++) await get('/')
  await expect.poll(counted, soon).toEqual({ 'GET unmatched 200': 6 })
})

it.each([
  ['an application', () => express()],
  ['an application', () => new Koa()],
  ['undefined', () => undefined],
  ['an object with routes', () => ({ routes: [] })],
])('refuses %s in place of { route }', (what, make) => {
  const { http } = createMeter()
  expect(() => http.attach(createServer(), make() as never)).toThrow(
    `attach(server, { route }) was given ${what}: pass honoRoutes(app)`,
  )
})
