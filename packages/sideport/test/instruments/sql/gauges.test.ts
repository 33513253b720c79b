import { beforeEach, expect, it } from 'vitest'
import { createShopDatabase, createStillClock, soon, startGauges } from './support.ts'

const { pool } = await createShopDatabase()
beforeEach(() => pool.query('truncate orders, returns'))

const NOW = 1_700_000_000

it('shows the rows of each status, and 0 for one that no row has', async () => {
  await pool.query(`insert into orders (status) values ('new'), ('new')`)
  const { refresh, shows } = startGauges(pool)
  await refresh()
  expect(await shows()).toMatchObject({
    'orders_by_status new': 2,
    'orders_by_status done': 0,
    'returns_by_status new': 0,
    'returns_by_status done': 0,
    'refresh_total orders ok': 1,
    'refresh_total returns ok': 1,
  })
})

it('pitfall 24: goes back to 0 when the last row of a status is gone', async () => {
  await pool.query(`insert into orders (status) values ('new')`)
  const { refresh, shows } = startGauges(pool)
  await refresh()
  await pool.query(`update orders set status = 'done'`)
  await refresh()
  expect(await shows()).toMatchObject({ 'orders_by_status new': 0, 'orders_by_status done': 1 })
})

it('pitfall 20: adds up unknown statuses under other, until they are gone', async () => {
  await pool.query(
    `insert into orders (status) values ('new'), ('lost'), ('lost'), ('burnt'), (null)`,
  )
  const { refresh, shows } = startGauges(pool)
  await refresh()
  expect(await shows()).toMatchObject({ 'orders_by_status new': 1, 'orders_by_status other': 4 })
  await pool.query('truncate orders')
  await refresh()
  expect(await shows()).toMatchObject({ 'orders_by_status new': 0, 'orders_by_status other': 0 })
})

it('pitfall 7: exposes since when the oldest row has waited, and nothing while none waits', async () => {
  const { refresh, shows } = startGauges(pool)
  await refresh()
  expect(await shows()).not.toHaveProperty('oldest_timestamp_seconds orders')
  await pool.query(`insert into orders values
    ('new', to_timestamp(${NOW}.5)), ('new', to_timestamp(${NOW + 60})), ('done', to_timestamp(1))`)
  await refresh()
  expect(await shows()).toMatchObject({ 'oldest_timestamp_seconds orders': NOW + 0.5 })
  await pool.query(`update orders set status = 'done'`)
  await refresh()
  expect(await shows()).not.toHaveProperty('oldest_timestamp_seconds orders')
})

it('pitfall 23: keeps the values of a table that fails, with the instant they are from, while others go on', async () => {
  const clock = createStillClock(NOW)
  await pool.query(`insert into orders (status) values ('new')`)
  const { refresh, shows, logged } = startGauges(pool, { clock, tick: 30 })
  await refresh()
  await pool.query('alter table orders rename to elsewhere')
  await pool.query(`insert into returns (status) values ('done')`)
  clock.pass(30)
  await refresh()
  await pool.query('alter table elsewhere rename to orders')
  expect(await shows()).toMatchObject({
    'orders_by_status new': 1,
    'last_refresh_timestamp_seconds orders': NOW,
    'refresh_total orders ok': 1,
    'refresh_total orders error': 1,
    'returns_by_status done': 1,
    'last_refresh_timestamp_seconds returns': NOW + 30,
    'refresh_total returns ok': 2,
  })
  expect(logged).toMatchObject([{ table: 'orders', result: 'error', err: { code: '42P01' } }])
  await refresh()
  expect(await shows()).toMatchObject({ 'last_refresh_timestamp_seconds orders': NOW + 30 })
})

it.each([
  ['a count that is none', `select 'new' as status, null as count, null as oldest`, 'orders.count'],
  ['an empty count', `select 'new' as status, '' as count, null as oldest`, 'orders.count'],
  [
    'an instant that is none',
    `select 'new' as status, 1 as count, 'soon' as oldest`,
    'orders.oldest',
  ],
])(
  'takes nothing from a statement that answers %s, and names the column',
  async (_what, orders, column) => {
    const { refresh, shows, logged } = startGauges(pool, { orders })
    await refresh()
    expect(await shows()).toMatchObject({ 'refresh_total orders error': 1 })
    expect(await shows()).not.toHaveProperty('orders_by_status new')
    expect(String((logged[0] as { err: unknown }).err)).toContain(column)
  },
)

it('refreshes at once and on every tick, until it is stopped', async () => {
  const clock = createStillClock(NOW)
  const { start, stop, shows } = startGauges(pool, { clock, tick: 30 })
  await start()
  expect(await shows()).toMatchObject({ 'refresh_total orders ok': 1 })
  clock.pass(30)
  await expect.poll(shows, soon).toMatchObject({ 'refresh_total returns ok': 2 })
  clock.pass(30)
  await expect.poll(shows, soon).toMatchObject({ 'refresh_total returns ok': 3 })
  await stop()
  expect(clock.waiting()).toBe(0)
  clock.pass(300)
  expect(await shows()).toMatchObject({ 'refresh_total returns ok': 3 })
})

it('never reads a table twice at a time: who asks meanwhile gets the refresh under way', async () => {
  let [reading, most] = [0, 0]
  const answers: (() => void)[] = []
  const { start, stop, refresh, shows } = startGauges(pool, {
    async query() {
      most = Math.max(most, ++reading)
      await new Promise<void>((resolve) => answers.push(resolve))
      reading--
      return []
    },
  })
  const asked = [start(), refresh(), refresh()]
  for (const table of [0, 1]) {
    await expect.poll(() => answers.length, soon).toBe(table + 1)
    answers[table]?.()
  }
  await Promise.all(asked)
  await stop()
  expect(most).toBe(1)
  expect(await shows()).toMatchObject({
    'refresh_total orders ok': 1,
    'refresh_total returns ok': 1,
  })
})

it('gives up on a query that ignores its deadline, and its late answer changes nothing', async () => {
  const clock = createStillClock(NOW)
  const late: ((rows: []) => void)[] = []
  const { refresh, shows } = startGauges(pool, {
    clock,
    query: () => new Promise((resolve) => void late.push(resolve)),
  })
  const refreshed = refresh()
  for (const table of [1, 2]) {
    await expect.poll(() => late.length, soon).toBe(table)
    clock.pass(5)
  }
  await refreshed
  for (const answer of late) answer([])
  expect(await shows()).toMatchObject({
    'refresh_total orders timeout': 1,
    'refresh_total returns timeout': 1,
  })
  expect(await shows()).not.toHaveProperty('orders_by_status new')
})

it('refuses deadlines that do not fit into a tick', () => {
  expect(() => startGauges(pool, { tick: 10, deadline: 5 })).toThrow(
    '2 tables with a deadline of 5 s each do not fit into a tick of 10 s',
  )
})
