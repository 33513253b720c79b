import { expect, test } from 'vitest'
import { startTestFakes } from './support/fakes.ts'

const fakes = await startTestFakes()
const ping = () => fetch(`${fakes.url}/heartbeat/ping/watchdog`, { method: 'POST', body: '{}' })
const status = async () => (await fakes.client.heartbeat()).checks[0]?.status

test('a check waits, beats, is late and then silent, and is heard again', async () => {
  await fakes.client.putHeartbeatCheck('watchdog', { periodSeconds: 60, graceSeconds: 30 })
  expect(await status()).toBe('new')
  expect(await (await ping()).text()).toBe('OK')
  expect(await status()).toBe('up')
  fakes.passSeconds(61)
  expect(await status()).toBe('grace')
  fakes.passSeconds(30)
  expect(await status()).toBe('down')
  await ping()
  expect(await status()).toBe('up')
  const { changes, checks } = await fakes.client.heartbeat()
  expect(changes.map((change) => change.status)).toEqual(['down', 'up'])
  expect(checks[0]).toMatchObject({ id: 'watchdog', pings: 2 })
})

test('the fallback channel keeps what Alertmanager sends', async () => {
  const send = (body: string) => fetch(`${fakes.url}/fallback/notify`, { method: 'POST', body })
  expect((await send('{"status":"firing","alerts":[]}')).status).toBe(200)
  expect((await send('no')).status).toBe(400)
  const [first] = await fakes.client.fallback()
  expect(first?.payload).toEqual({ status: 'firing', alerts: [] })
  expect(await fakes.client.fallback(first?.id)).toEqual([])
})

test('a check is down from the end of its grace time, also if it was not read before the next ping', async () => {
  await fakes.client.putHeartbeatCheck('backup', { periodSeconds: 60, graceSeconds: 30 })
  const pingBackup = () => fetch(`${fakes.url}/heartbeat/ping/backup`)
  await pingBackup()
  const { checks } = await fakes.client.heartbeat()
  const due = checks.find(({ id }) => id === 'backup')?.downAt
  fakes.passSeconds(300)
  await pingBackup()
  const { changes } = await fakes.client.heartbeat()
  const own = changes.filter(({ id }) => id === 'backup')
  expect(own.map(({ status }) => status)).toEqual(['down', 'up'])
  expect(own[0]?.at).toBe(due)
})
