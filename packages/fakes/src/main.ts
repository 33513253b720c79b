import { z } from 'zod'
import { startFakes } from './start.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const environment = z.object({
  FAKES_PORT: port.default(4400),
  API_PORT: port.default(3000),
  /** Kick's one webhook URL of the application. */
  KICK_WEBHOOK_URL: z.url().optional(),
  /** Timing of heartbeat checks. */
  HEARTBEAT_PERIOD_SECONDS: z.coerce.number().positive().default(86_400),
  HEARTBEAT_GRACE_SECONDS: z.coerce.number().positive().default(3_600),
})

const settings = environment.safeParse(process.env)
if (!settings.success) stop(`Invalid environment:\n${z.prettifyError(settings.error)}`)

const { FAKES_PORT, API_PORT, KICK_WEBHOOK_URL } = settings.data
const heartbeatTiming = {
  periodSeconds: settings.data.HEARTBEAT_PERIOD_SECONDS,
  graceSeconds: settings.data.HEARTBEAT_GRACE_SECONDS,
}
const webhookUrl = KICK_WEBHOOK_URL ?? `http://127.0.0.1:${API_PORT}/wh/kick`
const state = await startFakes({
  port: FAKES_PORT,
  webhookUrl,
  heartbeatTiming,
  onStatusChange: ({ id, status }) => console.log(`heartbeat ${id}: ${status}`),
}).catch((error: Error) =>
  stop(
    'code' in error && error.code === 'EADDRINUSE'
      ? `port ${FAKES_PORT} is taken; free it or set FAKES_PORT to another one`
      : error.message,
  ),
)
console.log(
  `the fake services are at ${state.url}; ${state.url}/control describes how to control them`,
)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void state.close()
  })
}

function stop(reason: string): never {
  console.error(`The fake services cannot start: ${reason}`)
  process.exit(1)
}
