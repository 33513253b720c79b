import { isIP } from 'node:net'
import { z } from 'zod'

/** Visible ASCII: what goes into headers and forms, and a line break never does. */
const WORD = /^[\x21-\x7e]+$/

function word(hint: string) {
  return z
    .string({ error: `is missing (${hint})` })
    .max(4096)
    .regex(WORD, 'must hold no blanks, line breaks or letters beyond ASCII')
    .describe(hint)
}
function wholeNumber(least: number, most: number, fallback: number, what: string) {
  return z.coerce.number().int().min(least).max(most).default(fallback).describe(what)
}
function port(fallback: number, whose: string) {
  return wholeNumber(0, 65_535, fallback, `port of ${whose}`)
}
/** Base URLs may carry a path: clients append to them, so a trailing slash is dropped. */
function requiredUrl(hint: string) {
  return z
    .url({
      protocol: /^https?$/,
      error: ({ input }) => (input ? 'must be an http(s) URL' : `is missing (${hint})`),
    })
    .refine((url) => !/[?#]/.test(url), 'must end with its path: no query, no fragment')
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
/** As browsers send it: compared letter by letter, so a slash too many would let no page in. */
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

/** It becomes the value of a label. */
const buildLabel = z.string().max(100).regex(WORD, 'must hold no blanks')

function isDsn(text: string) {
  const { username, pathname } = new URL(text)
  return username !== '' && pathname.length > 1
}

/** `a@b.example` or `Name <a@b.example>`. */
function isSender(text: string) {
  const [, bracketed] = /^[^<>@]{1,100} <([^<>]+)>$/.exec(text) ?? []
  return z.email().safeParse(bracketed ?? text).success
}

const common = {
  DATABASE_URL: databaseUrl,
  BIND_HOST: z
    .string()
    .refine(
      (host) => isIP(host) !== 0 || host === 'localhost',
      'must be an IP address or localhost',
    )
    .default('0.0.0.0')
    .describe('address that every port binds to'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`lowest level that is logged: ${LOG_LEVELS.join(', ')}`),
  BUILD_VERSION: buildLabel.default('dev').describe('shown by vf_build_info'),
  BUILD_REVISION: buildLabel.default('unknown').describe('shown by vf_build_info'),
  SENTRY_DSN: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .refine(isDsn, 'must be https://KEY@HOST/PROJECT')
    .optional()
    .describe('Sentry project that receives errors; without it Sentry is off'),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(
    1,
    300,
    20,
    'seconds that requests and job runs have to finish after SIGTERM',
  ),
  KICK_API_URL: baseUrl("Kick's API", 'https://api.kick.com'),
  KICK_OAUTH_URL: baseUrl("Kick's OAuth server", 'https://id.kick.com'),
  KICK_CLIENT_ID: word("the Kick app's id"),
  KICK_CLIENT_SECRET: word("the Kick app's secret"),
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
  RESEND_API_KEY: word("the e-mail provider's key"),
  EMAIL_FROM: z
    .string({ error: 'is missing (the sender of the sign-in e-mails)' })
    .refine(isSender, 'must be an address, such as Verifluence <hello@verifluence.example>')
    .describe('the sender of the sign-in e-mails'),
})

/** Everything the worker process reads from its environment. */
export const workerEnvironment = z.object({
  ...common,
  WORKER_PORT: port(3002, 'the probes'),
  WORKER_METRICS_PORT: port(9092, '/metrics'),
  KICK_REQUESTS_PER_MINUTE: wholeNumber(1, 100_000, 300, 'maximum of requests to Kick in a minute'),
  X_API_URL: baseUrl("X's API", 'https://api.x.com'),
  X_BEARER_TOKEN: word("X's app-only token"),
  S3_ENDPOINT: requiredUrl('the S3-compatible storage, an http(s) URL'),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be a region, such as eu-central-1 or auto')
    .default('auto')
    .describe("the storage's region"),
  S3_BUCKET: z
    .string({ error: 'is missing (the bucket for chat exports)' })
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .describe('the bucket for chat exports'),
  S3_ACCESS_KEY_ID: word("the bucket's key id"),
  S3_SECRET_ACCESS_KEY: word("the bucket's secret key"),
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
  // Blanks and line breaks around a value come from files and quoting. An empty value counts as not set.
  const set = Object.entries(environment)
    .map(([name, value]) => [name, value?.trim()] as const)
    .filter(([, value]) => value !== '')
  const read = schema.safeParse(Object.fromEntries(set))
  if (read.success) {
    requireDistinctPorts(read.data as Readonly<Record<string, unknown>>)
    return read.data
  }
  const complaints = read.error.issues.map((issue) => `${issue.path.join('.')} ${complaint(issue)}`)
  throw new Error(`Check the environment: ${[...new Set(complaints)].join('; ')}.`)
}

/** @throws Error when two ports are the same; 0 stands for any free one. */
function requireDistinctPorts(config: Readonly<Record<string, unknown>>): void {
  const ports = Object.entries(config).filter(
    ([name, value]) => name.endsWith('_PORT') && value !== 0,
  )
  for (const [index, [name, value]] of ports.entries()) {
    const twin = ports.slice(index + 1).find(([, other]) => other === value)
    if (twin) throw new Error(`Check the environment: ${name} and ${twin[0]} are both ${value}.`)
  }
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  if (issue.code === 'invalid_type' && issue.expected === 'number') return 'must be a number'
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'must be a whole number'
  return issue.message
}

/** The paths of the probes, which both processes answer; manifests must name the same. */
export const PROBE_PATHS = { liveness: '/_liveness', readiness: '/_readiness' } as const

/** How long the readiness probe waits for the database; a probe's own timeout must be longer. */
export const READINESS_TIMEOUT_SECONDS = 1
