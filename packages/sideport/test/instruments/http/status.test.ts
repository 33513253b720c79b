import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HTTPException } from 'hono/http-exception'
import { stream, streamSSE } from 'hono/streaming'
import { describe, expect, it, vi } from 'vitest'
import { attachments, createStillClock, gate, soon, startShop } from './support.ts'

type Shop = Awaited<ReturnType<typeof startShop>>

describe.each(attachments)('the status of a request, measured %s', (attachment) => {
  it.each([
    ['an Error', () => new Error('broken'), 500],
    ['a string', () => 'broken', 500],
    ['null', () => null, 500],
    ['undefined', () => undefined, 500],
    ['an exception that knows its status', () => new HTTPException(403), 403],
  ])(
    'pitfall 16: is what the client gets when a handler throws %s',
    async (_what, thrown, status) => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
      const { get, counted, inFlight } = await startShop(attachment, (app) => {
        app.use('*', (_c, next) => next())
        app.get('/sync', () => {
          throw thrown()
        })
        app.get('/async', async () => {
          throw thrown()
        })
      })
      const answers = [await get('/sync'), await get('/async')]
      expect(answers.map((answer) => answer.status)).toEqual([status, status])
      await expect.poll(counted, soon).toEqual({
        [`GET /sync ${status}`]: 1,
        [`GET /async ${status}`]: 1,
      })
      expect(await inFlight()).toBe(0)
    },
  )

  it('pitfall 16: is 500 when middleware throws', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { get, counted } = await startShop(attachment, (app) => {
      app.use('*', () => {
        throw 'middleware is broken'
      })
      app.get('/', (c) => c.text('home'))
    })
    await get('/')
    await expect.poll(counted, soon).toEqual({ 'GET / 500': 1 })
  })

  it('pitfall 17: lasts until the last byte of a stream', async () => {
    const clock = createStillClock()
    const { open, opened } = gate()
    const { url, counted, seconds } = await startShop(
      attachment,
      (app) => {
        app.get('/stream', (c) =>
          stream(c, async (out) => {
            await out.write('first')
            await opened
            await out.write('last')
          }),
        )
      },
      { clock },
    )
    const response = await fetch(`${url}/stream`)
    const reader = response.body?.getReader()
    await reader?.read()
    expect(await counted()).toEqual({})
    clock.pass(7)
    open()
    while (!(await reader?.read())?.done);
    await expect.poll(counted, soon).toEqual({ 'GET /stream 200': 1 })
    expect(await seconds()).toMatchObject({ 'GET /stream 200': 7 })
  })

  it('pitfall 17: is 499 when the client leaves before the headers', async () => {
    const clock = createStillClock()
    const { open, opened } = gate()
    const { raw, counted, inFlight, seconds } = await startShop(
      attachment,
      (app) => {
        app.get('/slow', async (c) => {
          await opened
          return c.text('too late')
        })
      },
      { clock },
    )
    const socket = await raw('GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n')
    await expect.poll(inFlight, soon).toBe(1)
    clock.pass(3)
    socket.destroy()
    await expect.poll(counted, soon).toEqual({ 'GET /slow 499': 1 })
    expect(await inFlight()).toBe(0)
    expect(await seconds()).toMatchObject({ 'GET /slow 499': 3 })
    open()
    await new Promise((resolve) => setImmediate(resolve))
    expect(await counted()).toEqual({ 'GET /slow 499': 1 })
  })

  it('pitfall 17: is 499 when the client leaves in the middle of a stream', async () => {
    const { raw, counted, inFlight } = await startShop(attachment, (app) => {
      app.get('/stream', (c) =>
        stream(c, async (out) => {
          while (!out.aborted) {
            await out.write('more ')
            await out.sleep(5)
          }
        }),
      )
    })
    const socket = await raw('GET /stream HTTP/1.1\r\nHost: shop\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
    await expect.poll(counted, soon).toEqual({ 'GET /stream 499': 1 })
    expect(await inFlight()).toBe(0)
  })

  it('pitfall 17: counts an event stream once, when its reader leaves', async () => {
    const { raw, counted, inFlight } = await startShop(attachment, (app) => {
      app.get('/events', (c) =>
        streamSSE(c, async (out) => {
          while (!out.aborted) {
            await out.writeSSE({ data: 'tick' })
            await out.sleep(5)
          }
        }),
      )
    })
    const sockets = await Promise.all(
      Array.from({ length: 5 }, () => raw('GET /events HTTP/1.1\r\nHost: shop\r\n\r\n')),
    )
    await expect.poll(inFlight, soon).toBe(5)
    expect(await counted()).toEqual({})
    for (const socket of sockets) socket.destroy()
    await expect.poll(counted, soon).toEqual({ 'GET /events 499': 5 })
    expect(await inFlight()).toBe(0)
  })

  it('pitfall 17: is 500 when the server breaks a stream off, whatever its headers promised', async () => {
    const { raw, counted } = await startShop(attachment, (app) => {
      app.get('/broken', () => {
        let pulls = 0
        const body = new ReadableStream({
          async pull(controller) {
            if (++pulls > 3) controller.error(new Error('the source dried up'))
            else controller.enqueue(new TextEncoder().encode('a piece'))
            await new Promise((resolve) => setTimeout(resolve, 2))
          },
        })
        return new Response(body)
      })
    })
    await raw('GET /broken HTTP/1.1\r\nHost: shop\r\n\r\n')
    await expect.poll(counted, soon).toEqual({ 'GET /broken 500': 1 })
  })

  it.each([
    ['cuts its connections', '/stuck', ({ server }: Shop) => server.closeAllConnections()],
    ['runs into its own time-out', '/timeout', () => {}],
    ['destroys the socket', '/socket', () => {}],
    ['destroys the response', '/response', () => {}],
    ['destroys the response and ends it', '/ended', () => {}],
  ])('is 500 when the server %s, because no client left', async (_what, path, cut) => {
    const shop = await startShop(attachment, (app) => {
      type Env = { incoming: IncomingMessage; outgoing: ServerResponse }
      const never = () => new Promise<Response>(() => {})
      app.get('/stuck', never)
      app.get('/timeout', (c) => {
        ;(c.env as Env).incoming.socket.setTimeout(5)
        return never()
      })
      app.get('/socket', (c) => {
        ;(c.env as Env).incoming.socket.destroy()
        return never()
      })
      app.get('/response', (c) => {
        ;(c.env as Env).outgoing.destroy()
        return never()
      })
      app.get('/ended', (c) => {
        ;(c.env as Env).outgoing.destroy().end('too late')
        return never()
      })
    })
    await shop.raw(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`)
    if (path === '/stuck') await expect.poll(shop.inFlight, soon).toBe(1)
    cut(shop)
    await expect.poll(shop.counted, soon).toEqual({ [`GET ${path} 500`]: 1 })
  })

  it('is the one of a response without a body: 204, 304, HEAD', async () => {
    const { get, counted } = await startShop(attachment, (app) => {
      app.get('/unchanged', (c) => c.body(null, 304))
      app.get('/empty', (c) => c.body(null, 204))
      app.get('/page', (c) => c.text('a page'))
    })
    await get('/unchanged')
    await get('/empty')
    await get('/page', { method: 'HEAD' })
    await expect.poll(counted, soon).toEqual({
      'GET /unchanged 304': 1,
      'GET /empty 204': 1,
      'HEAD /page 200': 1,
    })
  })

  it('is the final one after informational ones', async () => {
    const { raw, counted } = await startShop(attachment, (app) => {
      app.post('/upload', async (c) => {
        const { outgoing } = c.env as { outgoing: import('node:http').ServerResponse }
        outgoing.writeEarlyHints({ link: '</style.css>; rel=preload' })
        return c.text(await c.req.text(), 201)
      })
    })
    const socket = await raw(
      'POST /upload HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    )
    const [interim] = await once(socket, 'data')
    expect(String(interim)).toContain('100 Continue')
    socket.write('hello')
    await expect.poll(counted, soon).toEqual({ 'POST /upload 201': 1 })
  })

  it('pitfall 19: is filed under other for a method outside the list, and that loses nothing', async () => {
    const { raw, counted, folded } = await startShop(attachment, (app) => {
      app.get('/', (c) => c.text('home'))
    })
    await raw('PROPFIND / HTTP/1.1\r\nHost: shop\r\n\r\n')
    await raw('MKCOL / HTTP/1.1\r\nHost: shop\r\n\r\n')
    await expect.poll(counted, soon).toEqual({ 'other unmatched 404': 2 })
    expect(await folded()).toBe(0)
  })

  it('pitfall 19: does not exist for bytes the parser refuses, nor do they disturb the request before', async () => {
    const { raw, get, counted, inFlight } = await startShop(attachment, (app) => {
      app.get('/', (c) => c.text('home'))
    })
    const socket = await raw('GET / HTTP/1.1\r\nHost: shop\r\n\r\nFOOBAR / HTTP/1.1\r\n\r\n')
    await once(socket, 'close')
    const refused = await raw('FOOBAR / HTTP/1.1\r\nHost: shop\r\n\r\n')
    await once(refused, 'close')
    await get('/')
    await expect.poll(inFlight, soon).toBe(0)
    const total = Object.values(await counted()).reduce((sum, count) => sum + count, 0)
    expect(total).toBe(2)
  })
})
