import { build } from 'esbuild'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { mount } from 'hono/mount'
import { describe, expect, it } from 'vitest'
import { attachments, soon, startShop } from './support.ts'

describe.each(attachments)('the route of a request, measured %s', (attachment) => {
  it('pitfall 15: is the whole pattern of a nested router, though middleware is registered later', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      const users = new Hono().get('/:id', (c) => c.text(c.req.param('id')))
      app.route('/api', new Hono().route('/users', users))
      app.use('*', (_c, next) => next())
    })
    await get('/api/users/7')
    await get('/api/users/8')
    await expect.poll(counted, soon).toEqual({ 'GET /api/users/:id 200': 2 })
  })

  it('pitfall 15: is the pattern behind a gate that answers 401 itself', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.use('/api/*', async (c, next) => {
        if (!c.req.header('authorization')) return c.text('who are you?', 401)
        return next()
      })
      app.get('/api/users/:id', (c) => c.text('a user'))
    })
    await get('/api/users/7')
    await get('/api/users/7', { headers: { authorization: 'me' } })
    await get('/api/nothing-here')
    await expect.poll(counted, soon).toEqual({
      'GET /api/users/:id 401': 1,
      'GET /api/users/:id 200': 1,
      'GET unmatched 401': 1,
    })
  })

  it('pitfall 15: is unmatched for no route, for the wrong method and for a preflight that CORS answers', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.use('/api/*', cors({ origin: 'https://shop.example' }))
      app.get('/api/users/:id', (c) => c.text('a user'))
    })
    await get('/nothing')
    await get('/api/users/7', { method: 'POST' })
    await get('/api/users/7', { method: 'OPTIONS' })
    await expect.poll(counted, soon).toEqual({
      'GET unmatched 404': 1,
      'POST unmatched 404': 1,
      'OPTIONS unmatched 204': 1,
    })
  })

  it('pitfall 15: is the pattern of all() and of a mounted application', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      const legacy = (request: Request) => new Response(request.url, { status: 202 })
      app.use('*', (_c, next) => next())
      app.all('/any/*', (c) => c.text('any'))
      app.mount('/legacy', legacy)
      app.all('/older/*', mount(legacy))
      app.get('*', (c) => c.text('the page that catches everything'))
    })
    await get('/any/thing')
    await get('/legacy/page')
    await get('/older/page')
    await get('/elsewhere')
    await expect.poll(counted, soon).toEqual({
      'GET /any/* 200': 1,
      'GET /legacy/* 202': 1,
      'GET /older/* 202': 1,
      'GET /* 200': 1,
    })
  })

  it('pitfall 15: is the pattern of the GET route for HEAD', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.use('*', (_c, next) => next())
      app.get('/users/:id', (c) => c.text('a user'))
    })
    await get('/users/7', { method: 'HEAD' })
    await expect.poll(counted, soon).toEqual({ 'HEAD /users/:id 200': 1 })
  })

  it('is the pattern of the handler that answers where several match', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.get('/users/me', (c) => c.text('me'))
      app.get('/users/:id', (c) => c.text('a user'))
    })
    await get('/users/me')
    await get('/users/7')
    await expect.poll(counted, soon).toEqual({
      'GET /users/me 200': 1,
      'GET /users/:id 200': 1,
    })
  })

  it('is the pattern of a handler behind validators, of one that takes next, and of one that takes nothing', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.get(
        '/validated/:id',
        (_c, next) => next(),
        (c) => c.text('valid'),
      )
      app.get('/next/:id', async (c, _next) => c.text('no next'))
      app.get('/nothing/:id', () => new Response('nothing'))
      app.all('/all-nothing/:id', () => new Response('nothing'))
    })
    for (const path of ['/validated/1', '/next/1', '/nothing/1', '/all-nothing/1']) await get(path)
    await expect.poll(counted, soon).toEqual({
      'GET /validated/:id 200': 1,
      'GET /next/:id 200': 1,
      'GET /nothing/:id 200': 1,
      'GET /all-nothing/:id 200': 1,
    })
  })

  it('is not the pattern of middleware that hides its parameters', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.use('/api/*', (...[, next]) => next())
      app.get('/api/users/:id', (c) => c.text('a user'))
    })
    await get('/api/users/7')
    await get('/api/nothing')
    await expect.poll(counted, soon).toEqual({
      'GET /api/users/:id 200': 1,
      'GET unmatched 404': 1,
    })
  })

  it('pitfall 15: is the pattern of a mounted application in a minified bundle', async () => {
    const { Hono, mount } = await minifiedHono()
    const app = new Hono()
    const { get, counted } = await startShop(
      attachment,
      () => {
        const legacy = () => new Response('legacy', { status: 202 })
        app.use('*', (_c, next) => next())
        app.mount('/legacy', legacy)
        app.all('/older/*', mount(legacy))
        app.mount('/same', legacy, { replaceRequest: false })
      },
      { app },
    )
    for (const path of ['/legacy/page', '/older/page', '/same/page']) await get(path)
    await expect.poll(counted, soon).toEqual({
      'GET /legacy/* 202': 1,
      'GET /older/* 202': 1,
      'GET /same/* 202': 1,
    })
  })

  it('is the pattern inside an application with an error handler of its own', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      const part = new Hono()
      part.onError((_error, c) => c.text('its own words', 503))
      part.use('*', (_c, next) => next())
      part.get('/:id', (c) => {
        if (c.req.param('id') === '0') throw new Error('no such thing')
        return c.text('a thing')
      })
      part.all('/any/*', (c) => c.text('any'))
      app.route('/things', part)
      app.get('*', (c) => c.text('the page that catches everything'))
    })
    await get('/things/1')
    await get('/things/0')
    await get('/things/any/one')
    await expect.poll(counted, soon).toEqual({
      'GET /things/any/* 200': 1,
      'GET /things/:id 200': 1,
      'GET /things/:id 503': 1,
    })
  })

  it('is right where patterns are too ambiguous for the fast router', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.get('/:user/entries', (c) => c.text('entries'))
      app.get('/entry/:name', (c) => c.text('entry'))
      app.post('/entry', (c) => c.text('made'))
    })
    for (const path of ['/ann/entries', '/entry/one', '/entry/two']) await get(path)
    await get('/entry', { method: 'POST' })
    await expect.poll(counted, soon).toEqual({
      'GET /:user/entries 200': 1,
      'GET /entry/:name 200': 2,
      'POST /entry 200': 1,
    })
  })

  it('is right for an application under a base path', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      const v1 = app.basePath('/v1')
      v1.get('/users/:id', (c) => c.text('a user'))
    })
    await get('/v1/users/7')
    await expect.poll(counted, soon).toEqual({ 'GET /v1/users/:id 200': 1 })
  })

  it('stays the first one when a handler asks its own application for another page', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.get('/inner', (c) => c.text('inner'))
      app.get('/outer', (c) => app.fetch(new Request('http://shop/inner'), c.env))
    })
    await get('/outer')
    await expect.poll(counted, soon).toEqual({ 'GET /outer 200': 1 })
  })

  it('pitfall 20: never comes from the path of an unmatched request', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.get('/', (c) => c.text('home'))
    })
    for (let index = 0; index < 20; index++) await get(`/wp-admin/${index}.php`)
    await expect.poll(counted, soon).toEqual({ 'GET unmatched 404': 20 })
  })

  it('pitfall 22: leaves probes out altogether', async () => {
    const { get, counted, declared } = await startShop(
      attachment,
      (app) => {
        app.get('/healthz', (c) => c.text('alive'))
        app.get('/', (c) => c.text('home'))
      },
      { exclude: ['/healthz'] },
    )
    await get('/healthz')
    await get('/')
    await expect.poll(counted, soon).toEqual({ 'GET / 200': 1 })
    expect(Object.keys(await declared()).join()).not.toContain('healthz')
  })
})

/** Hono as a bundler leaves it. */
async function minifiedHono(): Promise<{ Hono: typeof Hono; mount: typeof mount }> {
  const contents = "export { Hono } from 'hono'; export { mount } from 'hono/mount'"
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  return import(`data:text/javascript;base64,${source}`)
}
