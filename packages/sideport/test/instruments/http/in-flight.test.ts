import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { attachments, gate, soon, startShop } from './support.ts'

describe.each(attachments)('requests in flight, measured %s', (attachment) => {
  it('pitfall 18: are as many as are being answered, and none afterwards', async () => {
    const { open, opened } = gate()
    const { get, inFlight, counted } = await startShop(attachment, (app) => {
      app.get('/slow', async (c) => {
        await opened
        return c.text('done')
      })
    })
    const answers = Array.from({ length: 60 }, () => get('/slow'))
    await expect.poll(inFlight, soon).toBe(60)
    open()
    await Promise.all(answers)
    await expect.poll(inFlight, soon).toBe(0)
    expect(await counted()).toEqual({ 'GET /slow 200': 60 })
  })

  it('pitfall 18: do not leak when half of many clients leave', async () => {
    const { open, opened } = gate()
    const { get, raw, inFlight, counted } = await startShop(attachment, (app) => {
      app.get('/slow', async (c) => {
        await opened
        return c.text('done')
      })
    })
    const staying = Array.from({ length: 20 }, () => get('/slow'))
    const leaving = await Promise.all(
      Array.from({ length: 20 }, () => raw('GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n')),
    )
    await expect.poll(inFlight, soon).toBe(40)
    for (const socket of leaving) socket.resetAndDestroy()
    await expect.poll(inFlight, soon).toBe(20)
    open()
    await Promise.all(staying)
    await expect.poll(counted, soon).toEqual({ 'GET /slow 200': 20, 'GET /slow 499': 20 })
    expect(await inFlight()).toBe(0)
  })

  it('pitfall 18: do not leak for pipelined requests whose turn never comes', async () => {
    const { opened } = gate()
    const { raw, inFlight, counted } = await startShop(attachment, (app) => {
      app.get('/stuck', async (c) => {
        await opened
        return c.text('never')
      })
    })
    const request = 'GET /stuck HTTP/1.1\r\nHost: shop\r\n\r\n'
    const socket = await raw(request.repeat(3))
    await expect.poll(inFlight, soon).toBe(3)
    socket.destroy()
    await expect.poll(counted, soon).toEqual({ 'GET /stuck 499': 3 })
    expect(await inFlight()).toBe(0)
  })

  it('pitfall 18: are over once, when the client leaves while a pipelined one has its turn', async () => {
    const { raw, inFlight, counted } = await startShop(attachment, (app) => {
      app.get('/one', async (c) => c.text('one'))
      app.get('/stuck', () => new Promise<Response>(() => {}))
    })
    const socket = await raw(
      'GET /one HTTP/1.1\r\nHost: shop\r\n\r\nGET /stuck HTTP/1.1\r\nHost: shop\r\n\r\n',
    )
    await expect.poll(counted, soon).toEqual({ 'GET /one 200': 1 })
    socket.destroy()
    await expect.poll(inFlight, soon).toBe(0)
    expect(await counted()).toEqual({ 'GET /one 200': 1, 'GET /stuck 499': 1 })
  })

  it('are counted one by one on a connection that is kept alive, pipelined or not', async () => {
    const { raw, inFlight, counted } = await startShop(attachment, (app) => {
      app.get('/one', (c) => c.text('one'))
      app.get('/two', async (c) => c.text('two'))
    })
    const one = 'GET /one HTTP/1.1\r\nHost: shop\r\n\r\n'
    const two = 'GET /two HTTP/1.1\r\nHost: shop\r\n\r\n'
    const socket = await raw(one)
    for (let round = 0; round < 15; round++) {
      await once(socket, 'data')
      socket.write(one + two)
    }
    socket.end()
    await once(socket, 'close')
    await expect.poll(counted, soon).toEqual({ 'GET /one 200': 16, 'GET /two 200': 15 })
    expect(await inFlight()).toBe(0)
  })

  it('are not left behind by a server that cuts its connections', async () => {
    const { opened } = gate()
    const { get, inFlight, counted, server } = await startShop(attachment, (app) => {
      app.get('/slow', async (c) => {
        await opened
        return c.text('never')
      })
    })
    const answer = get('/slow').catch(() => 'cut')
    await expect.poll(inFlight, soon).toBe(1)
    server.closeAllConnections()
    expect(await answer).toBe('cut')
    await expect.poll(inFlight, soon).toBe(0)
    expect(Object.values(await counted())).toEqual([1])
  })
})
