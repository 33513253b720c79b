import { z } from 'zod'

/** An environment variable that is present but empty counts as not set. */
function text(hint: string) {
  return z
    .string({ error: `is missing (${hint})` })
    .min(1)
    .describe(hint)
}
function port(fallback: number, whose: string) {
  return z.coerce.number().int().min(0).max(65_535).default(fallback).describe(`port of ${whose}`)
}
function count(fallback: number, what: string) {
  return z.coerce.number().int().min(1).default(fallback).describe(what)
}
/** Base URLs may carry a path: clients append to them, so a trailing slash is dropped. */
function requiredUrl(hint: string) {
  return z
    .url({
      protocol: /^https?$/,
      error: ({ input }) => (input ? 'must be an http(s) URL' : `is missing (${hint})`),
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe(hint)
}
function baseUrl(hint: string, fallback: string) {
  return requiredUrl(hint).default(fallback).describe(hint)
}
const databaseUrl = z
  .url({
    protocol: /^postgres(ql)?$/,
    error: ({ input }) =>
      input ? 'must be a postgres:// URL' : 'is missing (postgres://user:password@host:port/name)',
  })
  .describe('PostgreSQL, postgres://user:password@host:port/name')
/** As browsers send it: compared letter by letter, so a slash too many would let nobody in. */
function isOrigin(text: string) {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
const origins = z
  .string()
  .default('')
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .transform((list) => list.filter((origin) => origin !== ''))
  .refine((list) => list.every(isOrigin), {
    error: 'must be http(s) origins without a path or a slash at the end, comma separated',
  })
  .describe('origins that may call from a browser, comma separated')

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

const common = {
  DATABASE_URL: databaseUrl,
  BIND_HOST: z.string().default('0.0.0.0').describe('address that every port binds to'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`lowest level that is logged: ${LOG_LEVELS.join(', ')}`),
  BUILD_VERSION: z.string().default('dev').describe('shown by vf_build_info'),
  BUILD_REVISION: z.string().default('unknown').describe('shown by vf_build_info'),
  SENTRY_DSN: z
    .url({ error: 'must be a URL' })
    .optional()
    .describe('Sentry project that receives errors; without it Sentry is off'),
  SHUTDOWN_GRACE_SECONDS: count(
    20,
    'seconds that requests and job runs have to finish after SIGTERM',
  ),
  KICK_API_URL: baseUrl("Kick's API", 'https://api.kick.com'),
  KICK_OAUTH_URL: baseUrl("Kick's OAuth server", 'https://id.kick.com'),
  KICK_CLIENT_ID: text("the Kick app's id"),
  KICK_CLIENT_SECRET: text("the Kick app's secret"),
}

/** Everything the api process reads from its environment. */
export const apiEnvironment = z.object({
  ...common,
  API_PORT: port(3000, 'application traffic'),
  API_METRICS_PORT: port(9091, '/metrics'),
  CORS_ORIGINS: origins,
  CLIENT_ADDRESS_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header')
    .optional()
    .describe(
      "header in which the proxy sets the client's address, overwriting one sent by the client; without it the address of the connection counts",
    ),
  RESEND_API_URL: baseUrl('the e-mail provider', 'https://api.resend.com'),
  RESEND_API_KEY: text("the e-mail provider's key"),
  EMAIL_FROM: text('the sender of the sign-in e-mails'),
})

/** Everything the worker process reads from its environment. */
export const workerEnvironment = z.object({
  ...common,
  WORKER_PORT: port(3002, 'the probes'),
  WORKER_METRICS_PORT: port(9092, '/metrics'),
  KICK_REQUESTS_PER_MINUTE: count(300, 'maximum of requests to Kick in a minute'),
  X_API_URL: baseUrl("X's API", 'https://api.x.com'),
  X_BEARER_TOKEN: text("X's app-only token"),
  S3_ENDPOINT: requiredUrl('the S3-compatible storage, an http(s) URL'),
  S3_REGION: z.string().default('auto').describe("the storage's region"),
  S3_BUCKET: text('the bucket for chat exports'),
  S3_ACCESS_KEY_ID: text("the bucket's key id"),
  S3_SECRET_ACCESS_KEY: text("the bucket's secret key"),
})

export type ApiConfig = z.infer<typeof apiEnvironment>
export type WorkerConfig = z.infer<typeof workerEnvironment>

/**
 * Reads and validates a process's settings.
 * @throws Error whose message is one sentence naming each variable that is missing or wrong.
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.infer<Schema> {
  const set = Object.entries(environment).filter(([, value]) => value !== '')
  const read = schema.safeParse(Object.fromEntries(set))
  if (read.success) return read.data
  const complaints = read.error.issues.map((issue) => `${issue.path.join('.')} ${complaint(issue)}`)
  throw new Error(`Check the environment: ${[...new Set(complaints)].join('; ')}.`)
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  if (issue.code === 'invalid_type' && issue.expected === 'number') return 'must be a number'
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'must be a whole number'
  return issue.message
}
