import { z } from 'zod'
import { startWorld } from './start.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const environment = z.object({
  WORLD_PORT: port.default(4400),
  API_PORT: port.default(3000),
  /** Kick's one webhook URL of the application. */
  KICK_WEBHOOK_URL: z.url().optional(),
  /** Timing of heartbeat checks. */
  HEARTBEAT_PERIOD_SECONDS: z.coerce.number().positive().default(86_400),
  HEARTBEAT_GRACE_SECONDS: z.coerce.number().positive().default(3_600),
})

const settings = environment.safeParse(process.env)
if (!settings.success) stop(`the environment does not serve:\n${z.prettifyError(settings.error)}`)

const { WORLD_PORT, API_PORT, KICK_WEBHOOK_URL } = settings.data
const heartbeatTiming = {
  periodSeconds: settings.data.HEARTBEAT_PERIOD_SECONDS,
  graceSeconds: settings.data.HEARTBEAT_GRACE_SECONDS,
}
const webhookUrl = KICK_WEBHOOK_URL ?? `http://127.0.0.1:${API_PORT}/wh/kick`
const world = await startWorld({
  port: WORLD_PORT,
  webhookUrl,
  heartbeatTiming,
  onNotice: ({ id, pulse }) => console.log(`heartbeat ${id}: ${pulse}`),
}).catch((error: Error) =>
  stop(
    'code' in error && error.code === 'EADDRINUSE'
      ? `port ${WORLD_PORT} is taken; free it or set WORLD_PORT to another one`
      : error.message,
  ),
)
console.log(`the outside world is at ${world.url}; ${world.url}/control says what it can do`)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void world.close()
  })
}

function stop(reason: string): never {
  console.error(`the outside world cannot start: ${reason}`)
  process.exit(1)
}
