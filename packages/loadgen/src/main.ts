import { z } from 'zod'
import { startTraffic } from './start.ts'

const url = z.url({ protocol: /^https?$/ })
const environment = z.object({
  API_URL: url.default('http://127.0.0.1:3000'),
  FAKES_URL: url.default('http://127.0.0.1:4400'),
  TRAFFIC_SEED: z.coerce.number().int().nonnegative().default(1),
  /** Simulated seconds in a real second. */
  TRAFFIC_SPEED: z.coerce.number().positive().default(24),
})

const settings = environment.safeParse(process.env)
if (!settings.success) {
  console.error(`the traffic cannot start:\n${z.prettifyError(settings.error)}`)
  process.exit(1)
}
const { API_URL, FAKES_URL, TRAFFIC_SEED, TRAFFIC_SPEED } = settings.data
const traffic = startTraffic({
  apiUrl: API_URL,
  fakesUrl: FAKES_URL,
  seed: TRAFFIC_SEED,
  speed: TRAFFIC_SPEED,
  say: console.log,
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void traffic.stop().then(() => process.exit(0))
  })
}
