import { gunzipSync } from 'node:zlib'
import { counter } from 'sideport'
import { describe, expect, it } from 'vitest'
import { startSideport } from '../support/start.ts'

const catalogue = {
  orders: counter({ name: 'shop_orders_total', help: 'Orders.', exportedBy: ['shop'] as const }),
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

describe('the format', () => {
  const prometheus2 =
    'application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.25,*/*;q=0.1'
  const prometheus3 =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1'
  const prefersText =
    'text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.5'

  it.each([
    ['Prometheus 2', prometheus2, OPEN_METRICS],
    ['Prometheus 3', prometheus3, OPEN_METRICS],
    ['a scraper that prefers text', prefersText, TEXT],
    ['a scraper that forbids OpenMetrics', 'application/openmetrics-text;q=0,*/*', TEXT],
    ['a scraper of an unknown OpenMetrics', 'application/openmetrics-text;version=2.0.0', TEXT],
    [
      'a scraper that wants anything rather than text',
      'application/openmetrics-text;q=0.5,*/*;q=0.9,text/*;q=0.1',
      OPEN_METRICS,
    ],
    [
      'a scraper that wants text of another version',
      'application/openmetrics-text;q=0.5,text/plain;version=0.0.4;q=0.2,text/plain',
      OPEN_METRICS,
    ],
    ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', TEXT],
    ['curl', '*/*', TEXT],
    ['a scraper with an odd case', 'Application/OpenMetrics-Text; Version="1.0.0"', OPEN_METRICS],
    ['a scraper with a broken quality', 'application/openmetrics-text;q=high', TEXT],
    ['a scraper of something else', 'application/json', TEXT],
  ])('pitfall 25: suits %s', async (_scraper, accept, contentType) => {
    const shop = await startSideport({ catalogue })
    const { headers } = await shop.seen({ accept })
    expect(headers.get('content-type')).toBe(contentType)
    expect(headers.get('vary')).toBe('Accept, Accept-Encoding')
  })

  it('pitfall 25: does not change a name, however often the two formats alternate', async () => {
    const shop = await startSideport({ catalogue })
    shop.metrics.orders.inc()
    for (let round = 0; round < 3; round++) {
      const openMetrics = await shop.seen({ accept: OPEN_METRICS })
      expect(openMetrics.families.get('shop_orders')?.samples[0]?.name).toBe('shop_orders_total')
      const text = await shop.seen({ accept: TEXT })
      expect(text.families.get('shop_orders_total')?.samples[0]?.name).toBe('shop_orders_total')
    }
    expect(await shop.registry.metrics()).toContain('\nshop_orders_total 1\n')
  })
})

describe('the encoding', () => {
  it.each([
    ['gzip', true],
    ['deflate, gzip;q=0.5, br', true],
    ['*', true],
    ['GZIP', true],
    ['identity', false],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['', false],
  ])('answers "%s" as it asks', async (encoding, zipped) => {
    const shop = await startSideport({ catalogue })
    const answer = await shop.scrape({ 'accept-encoding': encoding })
    expect(answer.headers['content-encoding']).toBe(zipped ? 'gzip' : undefined)
    const pieces: Buffer[] = []
    for await (const piece of answer.body) pieces.push(piece)
    const bytes = Buffer.concat(pieces)
    const text = (zipped ? gunzipSync(bytes) : bytes).toString()
    expect(text).toContain('\nshop_orders_total 0\n')
  })
})
