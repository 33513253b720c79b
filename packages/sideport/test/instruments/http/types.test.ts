import { Hono } from 'hono'
import { Registry } from 'prom-client'
import {
  counter,
  createSideport,
  gauge,
  HTTP_METHODS,
  histogram,
  instrumentHttp,
  oneOf,
  open,
} from 'sideport'
import { expect, it } from 'vitest'

const exportedBy = ['shop'] as const
const method = oneOf('method', HTTP_METHODS)
const route = open('route', { atMost: 9 })
const code = open('status_code', { atMost: 9 })
const about = { name: 'shop_requests_total', help: 'Requests.', exportedBy }
const catalogue = {
  requests: counter({ ...about, labels: [method, route, code] }),
  withoutRoute: counter({ ...about, name: 'shop_other_total', labels: [method, code] }),
  withForeignLabel: counter({
    ...about,
    name: 'shop_foreign_total',
    labels: [method, route, code, oneOf('tenant', ['a'])],
  }),
  withFewMethods: counter({
    ...about,
    name: 'shop_few_total',
    labels: [oneOf('method', ['GET']), route, code],
  }),
  duration: histogram({
    ...about,
    name: 'shop_seconds',
    labels: [method, route, code],
    buckets: [1],
  }),
  inFlight: gauge({ ...about, name: 'shop_in_flight', aggregate: 'sum' }),
}

it('takes only metrics whose labels it can fill, and fills those they have', async () => {
  const { metrics } = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const { duration, inFlight } = metrics
  instrumentHttp({ metrics: { requests: metrics.requests, duration, inFlight } })
  const { middleware } = instrumentHttp({
    metrics: { requests: metrics.withoutRoute, duration, inFlight },
  })
  await new Hono().use(middleware).request('/nothing')
  expect(metrics.withoutRoute.with({ method: 'GET', status_code: '404' }).value).toBe(1)
  // @ts-expect-error the tenant is missing
  instrumentHttp({ metrics: { requests: metrics.withForeignLabel, duration, inFlight } })
  // @ts-expect-error where would a POST go?
  instrumentHttp({ metrics: { requests: metrics.withFewMethods, duration, inFlight } })
  // @ts-expect-error a counter is no histogram
  instrumentHttp({ metrics: { requests: metrics.requests, duration: metrics.requests, inFlight } })
})
