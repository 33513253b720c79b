import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { Registry } from 'prom-client'
import { createSideport, gauge, oneOf, poolGauges, postgresQuery } from 'sideport'
import { expect, it, onTestFinished } from 'vitest'
import { samplesOf } from '../../support/samples.ts'
import { createShopDatabase, soon, startGauges } from './support.ts'

const { pool, url } = await createShopDatabase()

const limits = (timeoutSeconds: number) => ({
  timeoutSeconds,
  signal: new AbortController().signal,
})

it('lets the server cancel a statement that takes too long, while other tables go on', async () => {
  const { refresh, shows } = startGauges(pool, {
    orders: `select 'new' as status, 1 as count, null as oldest from pg_sleep(30)`,
    // The client's own deadline is the same; the server is usually first, and either is a timeout.
    deadline: 1,
  })
  await refresh()
  expect(await shows()).toMatchObject({
    'refresh_total orders timeout': 1,
    'refresh_total returns ok': 1,
  })
  await expect
    .poll(
      async () =>
        (
          await pool.query(
            `select from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active' and pid <> pg_backend_pid()`,
          )
        ).rowCount,
      soon,
    )
    .toBe(0)
})

it('confines the limit to its statement, and keeps the connection', async () => {
  const single = openPool({ connectionString: url, max: 1 })
  const query = postgresQuery(single)
  const [before] = await query('select pg_backend_pid()', limits(7))
  await expect(query('select pg_sleep(10)', limits(0.05))).rejects.toMatchObject({ code: '57014' })
  expect((await single.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '0' }])
  expect(await query('show statement_timeout', limits(7))).toEqual([{ statement_timeout: '7s' }])
  expect((await single.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '0' }])
  expect(await query('select pg_backend_pid()', limits(7))).toEqual([before])
})

it('closes a connection on which the server has gone silent, and goes on with another', async () => {
  const proxy = await startProxy()
  const throughProxy = openPool({
    connectionString: proxy.url,
    max: 1,
    connectionTimeoutMillis: 1500,
  })
  const { refresh, shows } = startGauges(throughProxy, { deadline: 1 })
  const read = async () => (await shows())['refresh_total orders ok'] ?? 0
  await refresh()
  const before = await read()
  expect(before).toBe(1)
  proxy.silence(true)
  await refresh()
  expect(await shows()).toMatchObject({ 'refresh_total orders timeout': 1 })
  proxy.silence(false)
  await expect.poll(() => refresh().then(read), soon).toBeGreaterThan(before)
  expect(throughProxy.totalCount).toBe(1)
})

it('waits no longer for a connection than for an answer, and gives a late one back', async () => {
  const single = openPool({ connectionString: url, max: 1 })
  const taken = await single.connect()
  const { refresh, shows } = startGauges(single, { deadline: 0.05 })
  await refresh()
  expect(await shows()).toMatchObject({
    'refresh_total orders timeout': 1,
    'refresh_total returns timeout': 1,
  })
  taken.release()
  await expect.poll(() => single.idleCount, soon).toBe(1)
  await expect
    .poll(() => refresh().then(shows), soon)
    .toMatchObject({ 'refresh_total orders ok': expect.toSatisfy((count: number) => count > 0) })
})

it('is an error, and no timeout, when the database is gone', async () => {
  const nowhere = openPool({ host: '127.0.0.1', port: 1 })
  const { refresh, shows } = startGauges(nowhere)
  await refresh()
  expect(await shows()).toMatchObject({
    'refresh_total orders error': 1,
    'refresh_total returns error': 1,
  })
})

it('shows how many connections of a pool are idle and active, and how many callers wait', async () => {
  const exportedBy = ['shop'] as const
  const aggregate = 'sum'
  const catalogue = {
    connections: gauge({
      name: 'shop_connections',
      help: 'Connections.',
      labels: [oneOf('state', ['idle', 'active'])],
      aggregate,
      exportedBy,
    }),
    waiting: gauge({ name: 'shop_waiting', help: 'Waiting.', aggregate, exportedBy }),
  }
  const port = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const small = openPool({ connectionString: url, max: 2 })
  port.collect('pool', ['connections', 'waiting'], poolGauges(small, port.metrics))
  const shown = async () => {
    const samples = (await samplesOf(port)).filter(({ name }) => name.startsWith('shop_'))
    return samples.map(({ labels, value }) => `${value} ${labels.state ?? 'waiting'}`)
  }

  const [one, two] = [await small.connect(), await small.connect()]
  const third = small.connect()
  expect(await shown()).toEqual(['0 idle', '2 active', '1 waiting'])
  one.release()
  ;(await third).release()
  expect(await shown()).toEqual(['1 idle', '1 active', '0 waiting'])
  two.release()
})

/** A pool for one test. Its connections may be cut when the database goes; that is no error. */
function openPool(config: pg.PoolConfig): pg.Pool {
  const opened = new pg.Pool(config)
  opened.on('error', () => {})
  onTestFinished(() => opened.end())
  return opened
}

/** Passes bytes to PostgreSQL and back, and can fall silent without closing anything. */
async function startProxy() {
  const { hostname, port: target } = new URL(url)
  const sockets = new Set<Socket>()
  let silent = false
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (bytes) => silent || to.write(bytes))
    from.on('close', () => to.destroy())
    from.on('error', () => {})
    sockets.add(from)
  }
  const server = createServer((client) => {
    const upstream = connect(Number(target), hostname)
    pass(client, upstream)
    pass(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String((server.address() as { port: number }).port)
  return {
    url: proxied.href,
    silence(now: boolean) {
      silent = now
    },
  }
}
