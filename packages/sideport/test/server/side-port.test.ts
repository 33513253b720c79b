import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { counter, gauge, open } from 'sideport'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSideport } from '../support/start.ts'
import { until } from '../support/until.ts'

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.family === 'IPv6')

const exportedBy = ['shop'] as const
const catalogue = {
  orders: counter({ name: 'shop_orders_total', help: 'Orders.', exportedBy }),
  stock: gauge({ name: 'shop_stock', help: 'Stock.', aggregate: 'max', exportedBy }),
  shelf: gauge({
    name: 'shop_shelf',
    help: 'Shelves.',
    labels: [open('shelf', { atMost: 100_000 })],
    aggregate: 'max',
    maxSeries: 100_000,
    exportedBy,
  }),
}

describe('the side port', () => {
  it('answers GET and HEAD of /metrics, with a query or without', async () => {
    const { url } = await startSideport({ catalogue })
    expect((await fetch(`${url}?debug=1`)).status).toBe(200)
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      '',
    ])
  })

  it.each(['/', '/metrics/', '/metricsx', '/healthz', '//metrics'])('knows no %s', async (path) => {
    const { url } = await startSideport({ catalogue })
    const response = await fetch(new URL(url).origin + path)
    expect([response.status, await response.text()]).toEqual([
      404,
      'Only /metrics is served here.\n',
    ])
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])('allows no %s', async (method) => {
    const { url } = await startSideport({ catalogue })
    const response = await fetch(url, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('pitfall 31: says which port is in use, and what to do', async () => {
    const shop = await startSideport({ catalogue })
    const { port } = shop.server
    await expect(shop.listen({ port, host: '127.0.0.1' })).rejects.toThrow(
      `Metrics port ${port} of 127.0.0.1 is already in use: stop the process that holds it, or choose another port.`,
    )
  })

  it('pitfall 31: says when the machine does not have the address', async () => {
    const shop = await startSideport({ catalogue })
    await expect(shop.listen({ port: 0, host: '192.0.2.1' })).rejects.toThrow(
      'Metrics port 0 of 192.0.2.1 cannot be opened: this machine does not have that address.',
    )
  })

  it.each([70_000, -1, 1.5, Number.NaN, undefined])(
    'pitfall 31: says that %s is no port',
    async (port) => {
      const shop = await startSideport({ catalogue })
      await expect(shop.listen({ port: port as number })).rejects.toThrow(
        `Metrics port ${port} is no port: choose a whole number from 0 to 65535.`,
      )
    },
  )

  it.each([undefined, '127.0.0.1', 'localhost', ...(hasIPv6 ? ['::', '::1'] : [])])(
    'tells where it can be reached when it listens on %s',
    async (host) => {
      const shop = await startSideport({ catalogue })
      const server = await shop.listen({ port: 0, ...(host && { host }) })
      onTestFinished(() => server.close())
      expect((await fetch(server.url)).status).toBe(200)
    },
  )

  it('counts its scrapes and exposes the size of the last one', async () => {
    const shop = await startSideport({ catalogue })
    const { text } = await shop.seen()
    const seen = await shop.seen()
    expect(seen.value('sideport_scrapes_total', { code: '200' })).toBe(2)
    expect(seen.value('sideport_scrape_duration_seconds_count')).toBe(1)
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(seen.value('sideport_series')).toBe(lines.length)
  })
})

describe('a scraper that leaves', () => {
  it('takes nothing down and stops the writing', async () => {
    const shop = await startSideport({ catalogue })
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    let asked = false
    shop.collect('stock', ['stock'], () => {
      asked = true
      return opened
    })
    const leaver = new AbortController()
    const left = fetch(shop.url, { signal: leaver.signal })
    await until('the scrape is under way', () => asked)
    leaver.abort()
    await expect(left).rejects.toThrow()
    open()
    expect((await shop.seen()).value('shop_stock')).toBe(0)
  })

  it('pitfall 40: and one that does not read hold up neither others nor the closing', async () => {
    const shop = await startSideport({ catalogue })
    for (let shelf = 0; shelf < 50_000; shelf++) shop.metrics.shelf.set({ shelf: `${shelf}` }, 1)
    const { port } = shop.server
    const reader = connect(port, '127.0.0.1')
    reader.on('error', () => {})
    reader.pause()
    reader.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n')
    await until('both were answered', async () => {
      return (await shop.seen()).value('sideport_scrapes_total', { code: '200' }) === 2
    })
    expect((await shop.seen()).samples('shop_shelf')).toHaveLength(50_000)
    await shop.server.close()
    reader.destroy()
  })
})

describe('a big exposition', () => {
  it('pitfall 40: lets the event loop turn while it is written', async () => {
    const shop = await startSideport({ catalogue })
    for (let shelf = 0; shelf < 100_000; shelf++) shop.metrics.shelf.set({ shelf: `${shelf}` }, 1)
    let turns = 0
    let done = false
    const turn = () => {
      turns++
      if (!done) setImmediate(turn)
    }
    const { body } = await shop.scrape()
    turn()
    for await (const _ of body);
    done = true
    expect(turns).toBeGreaterThan(2)
  })
})

describe('close()', () => {
  it('pitfall 12: finishes the scrape under way before the port is gone', async () => {
    const shop = await startSideport({ catalogue })
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    let asked = false
    shop.collect('stock', ['stock'], () => {
      asked = true
      return opened
    })
    const scrape = shop.seen()
    await until('the scrape is under way', () => asked)
    const closed = shop.server.close()
    expect(shop.server.close(), 'may be called twice').toBe(closed)
    open()
    expect((await scrape).status).toBe(200)
    await closed
    await expect(fetch(shop.url)).rejects.toThrow()
  })

  it('does not wait for a scraper that only keeps its connection', async () => {
    const shop = await startSideport({ catalogue })
    await shop.seen()
    await shop.server.close()
    const next = createServer().listen(shop.server.port, '127.0.0.1')
    await until('the port is free', () => next.listening)
    expect((next.address() as AddressInfo).port).toBe(shop.server.port)
    next.close()
  })
})
