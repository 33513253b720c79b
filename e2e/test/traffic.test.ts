import { startApi } from '@verifluence/api/testing'
import { createFakesClient, fakesEnvironment, startFakes } from '@verifluence/fakes'
import { startTraffic } from '@verifluence/loadgen'
import { until } from '@verifluence/testkit'
import { createTestDatabase } from '@verifluence/testkit/postgres'
import { afterAll, expect, test } from 'vitest'

const database = await createTestDatabase()
const fakes = await startFakes({ port: 0 })
const client = createFakesClient(fakes.url)
const said: string[] = []

const startOwnApi = (port: number) =>
  startApi({
    ...fakesEnvironment(fakes.url),
    DATABASE_URL: database.url,
    BIND_HOST: '127.0.0.1',
    API_PORT: String(port),
    API_METRICS_PORT: '0',
    LOG_LEVEL: 'silent',
    SHUTDOWN_GRACE_SECONDS: '1',
  })

let api = await startOwnApi(0)
const apiUrl = `http://127.0.0.1:${api.ports.front}`
await client.setWebhookTarget(`${apiUrl}/wh/kick`)
const traffic = startTraffic({
  apiUrl,
  fakesUrl: fakes.url,
  seed: 7,
  speed: 1200,
  say: (line) => said.push(line),
})

afterAll(async () => {
  await traffic.stop()
  await api.stop()
  await fakes.close()
  await database.drop()
})

/** The samples of the api's own metrics that match and are not 0. */
async function samples(pattern: RegExp): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${api.ports.metrics}/metrics`)
  const lines = (await answer.text()).split('\n')
  return lines.filter((line) => pattern.test(line) && !line.endsWith(' 0'))
}
const moved = (what: string, pattern: RegExp) =>
  until(what, async () => (await samples(pattern)).length > 0, {
    withinMs: 60_000,
    everyMs: 250,
  })

const negotiations = [
  'POST /api/campaigns 201',
  'POST /api/campaigns/:id/fund 200',
  'POST /api/campaigns/:id/offers 201',
  'POST /api/offers/:id/accept 200',
  'POST /api/offers/:id/decline 200',
  'POST /api/negotiations/:id/terms/:term/approve 200',
  'POST /api/negotiations/:id/terms/:term/counter 200',
  'POST /api/negotiations/:id/deal 201',
  'PUT /api/deals/:id/submissions/:slot 200',
  'POST /api/submissions/:id/confirm 200',
  'POST /api/submissions/:id/reject 200',
]

test.each(negotiations)('users reach %s', { timeout: 70_000 }, async (route) => {
  const [method, path, status] = route.split(' ')
  const labels = [`method="${method}"`, `route="${path}"`, `status_code="${status}"`]
  const all = labels.map((label) => `(?=.*${label.replaceAll(/[/:]/g, '\\$&')})`).join('')
  await moved(route, new RegExp(`^vf_http_requests_total\\{${all}`))
})

test.each(['ok', 'duplicate', 'bad_method'])(
  'webhooks arrive with the result %s',
  { timeout: 70_000 },
  async (result) => {
    await moved(result, new RegExp(`^vf_webhook_received_total\\{.*result="${result}"`))
  },
)

test('some requests are refused, and none meets a mistake in the api', async () => {
  await moved('refusals', /^vf_http_requests_total\{.*status_code="4/)
  // A mistake fails at once. What fails later has met a deadline: at a load of 25 on two processors the
  // receiver gave up after the 0.7 s that Kick leaves it, and a PIN after the e-mail provider's time.
  const atOnce = /^vf_http_request_duration_seconds_bucket\{.*status_code="5.*le="0\.5"/
  expect(await samples(atOnce)).toEqual([])
})

test('users wait while the api is down, and continue when it is back', {
  timeout: 90_000,
}, async () => {
  const { front } = api.ports
  said.length = 0
  await api.stop()
  await until('a user has to wait', () => said.some((line) => line.includes('has to wait')), {
    withinMs: 20_000,
  })
  api = await startOwnApi(front)
  await moved('requests after the return', /^vf_http_requests_total\{.*status_code="200"/)
})
