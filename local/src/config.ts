import { resolve } from 'node:path'
import { PROJECT, UserError } from '@verifluence/testkit'
import { z } from 'zod'

const A_SPEED = { error: 'must be a number, 1 to 10' }
const A_PORT = { error: 'must be a port, 1 to 65535' }
const port = (fallback: number, whose: string) =>
  z.coerce
    .number(A_PORT)
    .int(A_PORT)
    .min(1, A_PORT)
    .max(65_535, A_PORT)
    .default(fallback)
    .describe(`port of ${whose}`)
const program = (name: string) =>
  z.string().optional().describe(`path of the program ${name}, instead of PATH or a download`)

/** Everything `npm start` reads from the environment. */
export const environment = z.object({
  STACK_FOLDER: z
    .string()
    .default('.stack')
    .describe('folder of state and logs; another one allows a second system at the same time'),
  API_PORT: port(3000, "the api's application traffic"),
  API_METRICS_PORT: port(9091, "the api's /metrics"),
  WORKER_PORT: port(3002, "the worker's probes"),
  WORKER_METRICS_PORT: port(9092, "the worker's /metrics"),
  PROMETHEUS_PORT: port(9090, 'Prometheus'),
  ALERTMANAGER_PORT: port(9093, 'Alertmanager'),
  FAKES_PORT: port(4400, 'the fake Kick, X, S3, e-mail and Telegram'),
  POSTGRES_PORT: port(5433, 'the PostgreSQL that is started when DATABASE_URL is not set'),
  CONSOLE_PORT: port(4500, 'the console, the page to open'),
  GRAFANA_PORT: port(3030, 'Grafana, which starts if it is on PATH'),
  SPEED: z.coerce
    .number(A_SPEED)
    .min(1, A_SPEED)
    .max(10, A_SPEED)
    .default(1)
    .describe('divides the waits of rules, routes and scrapes; 1 is production'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional()
    .describe('an existing database to use, postgres://user:password@host:port/name'),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/, { error: 'must look like 123456:ABC-def (from @BotFather)' })
    .optional()
    .describe('token of a real bot; messages then go to the real Bot API'),
  TELEGRAM_CHAT_ID: z.coerce
    .number({ error: 'must be a whole number such as -1001234567890' })
    .int({ error: 'must be a whole number such as -1001234567890' })
    .refine((id) => id !== 0, { error: 'must not be 0' })
    .optional()
    .describe('the chat that bot writes to'),
  PROMETHEUS_BIN: program('prometheus'),
  PROMTOOL_BIN: program('promtool'),
  ALERTMANAGER_BIN: program('alertmanager'),
  AMTOOL_BIN: program('amtool'),
  KUSTOMIZE_BIN: program('kustomize'),
})

/** The ports of one stack, by what listens there. */
export type Ports = {
  readonly api: number
  readonly apiMetrics: number
  readonly worker: number
  readonly workerMetrics: number
  readonly prometheus: number
  readonly alertmanager: number
  readonly fakes: number
  readonly postgres: number
  readonly console: number
}

/** The environment variable that moves each port, for messages about a taken one. */
export const PORT_VARIABLES: Readonly<Record<keyof Ports, string>> = {
  api: 'API_PORT',
  apiMetrics: 'API_METRICS_PORT',
  worker: 'WORKER_PORT',
  workerMetrics: 'WORKER_METRICS_PORT',
  prometheus: 'PROMETHEUS_PORT',
  alertmanager: 'ALERTMANAGER_PORT',
  fakes: 'FAKES_PORT',
  postgres: 'POSTGRES_PORT',
  console: 'CONSOLE_PORT',
}

/** A real chat instead of the fake. */
export type RealTelegram = { readonly token: string; readonly chatId: number }

export type StackConfig = {
  /** Absolute. */
  readonly folder: string
  readonly ports: Ports
  readonly grafanaPort: number
  /** Divides the waits of rules, routes and scrapes. */
  readonly speed: number
  readonly databaseUrl?: string
  readonly telegram?: RealTelegram
}

/**
 * Reads and validates the environment; a variable that is set but empty counts as not set.
 *
 * @throws UserError naming every variable that is wrong and what it allows.
 */
export function readStackConfig(env: Readonly<Record<string, string | undefined>>): StackConfig {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  const read = environment.safeParse(Object.fromEntries(set))
  if (!read.success) {
    const complaints = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new UserError(
      `Invalid environment: ${complaints.join('; ')}. Correct or unset what is named.`,
    )
  }
  const { data } = read
  const ports = Object.fromEntries(
    Object.entries(PORT_VARIABLES).map(([service, variable]) => [
      service,
      data[variable as 'API_PORT'],
    ]),
  ) as Ports
  refuseSharedPorts({ ...variablesOf(ports), GRAFANA_PORT: data.GRAFANA_PORT })
  const telegram = telegramOf(data.TELEGRAM_BOT_TOKEN, data.TELEGRAM_CHAT_ID)
  return {
    folder: resolve(PROJECT, data.STACK_FOLDER),
    ports,
    grafanaPort: data.GRAFANA_PORT,
    speed: data.SPEED,
    ...(data.DATABASE_URL && { databaseUrl: data.DATABASE_URL }),
    ...(telegram && { telegram }),
  }
}

/** One line for each variable: name, default, meaning. */
export function describeEnvironment(): string[] {
  return Object.entries(environment.shape).map(([name, schema]) => {
    const fallback = environment.shape[name as 'API_PORT'].safeParse(undefined).data
    const shown = fallback === undefined ? '' : `[${fallback}]`
    return `  ${name.padEnd(20)} ${shown.padEnd(7)} ${schema.description ?? ''}`
  })
}

function variablesOf(ports: Ports): Record<string, number> {
  const services = Object.keys(ports) as (keyof Ports)[]
  return Object.fromEntries(services.map((service) => [PORT_VARIABLES[service], ports[service]]))
}

function refuseSharedPorts(variables: Readonly<Record<string, number>>): void {
  const byPort = new Map<number, string>()
  for (const [variable, number] of Object.entries(variables)) {
    const other = byPort.get(number)
    if (other)
      throw new UserError(`${other} and ${variable} are both ${number}: give each its own port.`)
    byPort.set(number, variable)
  }
}

function telegramOf(token: string | undefined, chatId: number | undefined) {
  if (token === undefined && chatId === undefined) return undefined
  if (token !== undefined && chatId !== undefined) return { token, chatId }
  const missing = token === undefined ? 'TELEGRAM_BOT_TOKEN' : 'TELEGRAM_CHAT_ID'
  throw new UserError(
    `A real Telegram chat needs both TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID: set ${missing} too, or neither.`,
  )
}
