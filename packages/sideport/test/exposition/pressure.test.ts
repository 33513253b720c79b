import { request } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Registry } from 'prom-client'
import { counter, createSideport, gauge, open } from 'sideport'
import { expect, it } from 'vitest'
import { readBody } from '../support/scrape.ts'
import { startSideport } from '../support/start.ts'
import { until } from '../support/until.ts'

const exportedBy = ['shop'] as const
const catalogue = {
  stock: gauge({ name: 'shop_stock', help: 'x', aggregate: 'max', exportedBy }),
  staff: gauge({ name: 'shop_staff', help: 'x', aggregate: 'max', exportedBy }),
}
const FAILURES = 'sideport_collector_failures_total'

it('does not start a collector again that reads the registry itself', async () => {
  const shop = await startSideport({ catalogue })
  let runs = 0
  shop.collect('stock', ['stock'], async () => {
    runs++
    await shop.registry.metrics()
    await new Promise((resolve) => setImmediate(resolve))
    await readBody((await shop.scrape()).body)
    shop.metrics.stock.set(runs)
  })
  const seen = await shop.seen()
  expect(runs).toBe(1)
  expect(seen.value('shop_stock')).toBe(1)
  const failures = (await shop.registry.getSingleMetric(FAILURES)?.get())?.values ?? []
  const recursions = failures.find(({ labels }) => labels.reason === 'recursion')
  expect(recursions?.value).toBeGreaterThanOrEqual(2)
})

it('refuses scrapes beyond the limit with a sentence, and answers again afterwards', async () => {
  const shop = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let waiting = 0
  shop.collect('stock', ['stock'], () => {
    waiting++
    return held
  })
  const server = await shop.listen({ port: 0, host: '127.0.0.1', maxScrapesInFlight: 2 })
  try {
    const first = [fetch(server.url), fetch(server.url)]
    await until('a scrape waits for the collector', () => waiting > 0)
    const third = await until('the third is refused', async () => {
      const answer = await fetch(server.url)
      return answer.status === 503 && answer
    })
    expect(await third.text()).toContain('2 scrapes are under way')
    release()
    for (const answer of await Promise.all(first)) expect(answer.status).toBe(200)
    // A scraper that only asks for the head, and one that leaves, give their places back.
    await fetch(server.url, { method: 'HEAD' })
    await new Promise<void>((resolve) => {
      const leaving = request(server.url, () => leaving.destroy())
      leaving.once('close', () => resolve())
      leaving.once('error', () => {})
      leaving.end()
    })
    await until('it answers again', async () => {
      const answers = await Promise.all([fetch(server.url), fetch(server.url)])
      return answers.every(({ status }) => status === 200)
    })
  } finally {
    await server.close()
  }
})

it('gives many scrapes at once one slice of the event loop a turn', async () => {
  const big = {
    calls: counter({
      name: 'shop_calls_total',
      help: 'x',
      labels: [open('id', { atMost: 40_000 })],
      maxSeries: 40_000,
      exportedBy,
    }),
  }
  const shop = createSideport({ catalogue: big, exporter: 'shop', registry: new Registry() })
  for (let id = 0; id < 40_000; id++) shop.metrics.calls.inc({ id: `number-${id}` })
  const drain = async () => {
    let bytes = 0
    for await (const piece of (await shop.scrape()).body) bytes += piece.length
    return bytes
  }
  await drain()
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const sizes = await Promise.all(Array.from({ length: 10 }, drain))
  isOver = true
  expect(new Set(sizes).size).toBe(1)
  // One slice a turn: ten scrapes of several slices each take more turns than a handful.
  expect(turns).toBeGreaterThan(20)
})

it('does not let a client stop every collector by a tiny timeout', async () => {
  const shop = await startSideport({ catalogue })
  shop.collect('staff', ['staff'], async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    shop.metrics.staff.set(3)
  })
  const seen = await shop.seen({ 'x-prometheus-scrape-timeout-seconds': '0.001' })
  expect(seen.value('shop_staff')).toBe(3)
})
