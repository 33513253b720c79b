import { expect, test } from 'vitest'
import { aWorld } from './support/world.ts'

const world = await aWorld()
const ping = () => fetch(`${world.url}/heartbeat/ping/watchdog`, { method: 'POST', body: '{}' })
const pulse = async () => (await world.client.heartbeat()).checks[0]?.pulse

test('a check waits, beats, is late and then silent, and is heard again', async () => {
  await world.client.putHeartbeatCheck('watchdog', { periodSeconds: 60, graceSeconds: 30 })
  expect(await pulse()).toBe('waiting')
  expect(await (await ping()).text()).toBe('OK')
  expect(await pulse()).toBe('beating')
  world.passSeconds(61)
  expect(await pulse()).toBe('late')
  world.passSeconds(30)
  expect(await pulse()).toBe('silent')
  await ping()
  expect(await pulse()).toBe('beating')
  const { notices, checks } = await world.client.heartbeat()
  expect(notices.map((notice) => notice.pulse)).toEqual(['silent', 'beating'])
  expect(checks[0]).toMatchObject({ id: 'watchdog', pings: 2 })
})

test('the second way keeps what Alertmanager sends', async () => {
  const send = (body: string) => fetch(`${world.url}/second-way/notify`, { method: 'POST', body })
  expect((await send('{"status":"firing","alerts":[]}')).status).toBe(200)
  expect((await send('no')).status).toBe(400)
  const [first] = await world.client.secondWay()
  expect(first?.payload).toEqual({ status: 'firing', alerts: [] })
  expect(await world.client.secondWay(first?.id)).toEqual([])
})

test('a silence is dated from its end of grace, also when nobody looked before the next ping', async () => {
  await world.client.putHeartbeatCheck('backup', { periodSeconds: 60, graceSeconds: 30 })
  const pingBackup = () => fetch(`${world.url}/heartbeat/ping/backup`)
  await pingBackup()
  const { checks } = await world.client.heartbeat()
  const due = checks.find(({ id }) => id === 'backup')?.silentAt
  world.passSeconds(300)
  await pingBackup()
  const { notices } = await world.client.heartbeat()
  const own = notices.filter(({ id }) => id === 'backup')
  expect(own.map(({ pulse }) => pulse)).toEqual(['silent', 'beating'])
  expect(own[0]?.at).toBe(due)
})
