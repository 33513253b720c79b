import { createServer } from 'node:net'
import { until } from '@verifluence/testkit'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { apiEnvironment, readConfig } from '../../src/config.ts'
import { useBackend } from '../support/backend.ts'
import { type Bundle, bundle } from '../support/bundle.ts'
import { createClient } from '../support/client.ts'
import { run, start } from '../support/process.ts'

const backend = useBackend()
let built: Bundle

beforeAll(async () => {
  built = await bundle()
})
afterAll(() => built.remove())

async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function failure(name: 'api' | 'worker', change: Record<string, string>) {
  const { ended, output } = run(built.file(name), { ...backend.environment, ...change })
  return { code: await ended, sentence: output().trim() }
}

describe('a start that cannot succeed ends with code 1 and one sentence that names the cause:', () => {
  const unreachable = 'postgres://user:secret@127.0.0.1:1/nothing'
  it.each([
    ['api', { KICK_CLIENT_ID: '' }, /KICK_CLIENT_ID is missing/],
    ['api', { API_PORT: 'abc' }, /API_PORT must be a number/],
    [
      'api',
      { CORS_ORIGINS: 'https://a.test,https://b.test/' },
      /CORS_ORIGINS must be .*without a path/,
    ],
    ['api', { CORS_ORIGINS: 'https://a.test/app' }, /CORS_ORIGINS must be .*without a path/],
    ['api', { LOG_LEVEL: 'loud' }, /LOG_LEVEL must be one of .*info/],
    ['api', { DATABASE_URL: 'mysql://x' }, /DATABASE_URL must be a postgres/],
    [
      'api',
      { DATABASE_URL: unreachable },
      /127\.0\.0\.1:1\/nothing cannot be reached.*DATABASE_URL/,
    ],
    ['api', { SHUTDOWN_GRACE_SECONDS: '3000000' }, /SHUTDOWN_GRACE_SECONDS must be at most 300/],
    ['api', { EMAIL_FROM: 'nonsense' }, /EMAIL_FROM must be an address/],
    ['api', { BIND_HOST: 'everywhere' }, /BIND_HOST must be an IP address/],
    ['api', { RESEND_API_KEY: 'two words' }, /RESEND_API_KEY must hold no blanks/],
    ['api', { KICK_API_URL: 'https://kick.test/?key=1' }, /KICK_API_URL must end with its path/],
    ['api', { SENTRY_DSN: 'https://sentry.test/' }, /SENTRY_DSN must be https:/],
    ['api', { API_PORT: '3000', API_METRICS_PORT: '3000' }, /API_METRICS_PORT are both 3000/],
    ['worker', { S3_BUCKET: 'Chat Exports' }, /S3_BUCKET must be the name of a bucket/],
    ['worker', { S3_REGION: 'eu central' }, /S3_REGION must be a region/],
    ['worker', { S3_ENDPOINT: 'storage' }, /S3_ENDPOINT must be an http/],
    ['worker', { KICK_REQUESTS_PER_MINUTE: '0' }, /KICK_REQUESTS_PER_MINUTE must be at least 1/],
    ['worker', { DATABASE_URL: unreachable }, /cannot be reached/],
  ] as const)('%s with %o', async (name, change, expected) => {
    const { code, sentence } = await failure(name, change)
    expect(code).toBe(1)
    expect(sentence).toMatch(expected)
    expect(sentence.split('\n')).toHaveLength(1)
    expect(sentence).not.toContain('secret@')
  })

  it.each([
    ['api', 'API_PORT'],
    ['api', 'API_METRICS_PORT'],
    ['worker', 'WORKER_PORT'],
    ['worker', 'WORKER_METRICS_PORT'],
  ] as const)('%s with %s taken', async (name, variable) => {
    const port = await takenPort()
    const { code, sentence } = await failure(name, { [variable]: String(port) })
    expect(code).toBe(1)
    expect(sentence).toContain(String(port))
    expect(sentence).toContain('already in use')
    expect(sentence.split('\n')).toHaveLength(1)
  })
})

it('comes up with Sentry, which is part of the build', async () => {
  const api = await start(built.file('api'), {
    ...backend.environment,
    SENTRY_DSN: 'http://key@127.0.0.1:9/1',
  })
  expect((await fetch(`${api.url}/_readiness`)).status).toBe(200)
})

it('two processes that start on an empty database at once both come up', async () => {
  const admin = new Pool({ connectionString: backend.environment.DATABASE_URL ?? '' })
  const name = `fresh_${process.pid}_${Date.now()}`
  await admin.query(`create database ${name}`)
  onTestFinished(async () => {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })
  const url = new URL(backend.environment.DATABASE_URL ?? '')
  url.pathname = `/${name}`
  const environment = { ...backend.environment, DATABASE_URL: url.href }
  const programs = await Promise.all([
    start(built.file('api'), environment),
    start(built.file('worker'), environment),
    start(built.file('api'), environment),
  ])
  for (const { url } of programs) {
    expect((await createClient(url).get('/_readiness')).status).toBe(200)
  }
  const worker = programs[1]
  const scrape = await (await fetch(worker.metricsUrl)).text()
  expect(scrape.match(/^vf_worker_poll_registered_timestamp_seconds\{/gm)).toHaveLength(8)
  expect((await fetch(`${worker.url}/metrics`)).status).toBe(404)
})

describe('SIGTERM', () => {
  it('ends the api in order: not ready, then drained, and the metrics port last', async () => {
    const api = await start(built.file('api'), backend.environment)
    // A request that is under way: its body is not complete yet.
    let finish = () => {}
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(Buffer.from('{"email":'))
        finish = () => {
          controller.enqueue(Buffer.from('"late@example.test"}'))
          controller.close()
        }
      },
    })
    const slow = fetch(`${api.url}/api/sign-in/pin`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit)
    await until(
      'the request is under way',
      async () => /requests_in_flight\{[^}]*} 1$/m.test(await (await fetch(api.metricsUrl)).text()),
      { withinMs: 5_000, everyMs: 20 },
    )

    api.signal('SIGTERM')
    await until('not ready', async () => (await fetch(`${api.url}/_readiness`)).status === 503, {
      withinMs: 5_000,
      everyMs: 10,
    })
    // Clients that do not know yet are still served.
    expect((await fetch(`${api.url}/openapi.json`)).status).toBe(200)
    await until('no new connections', () => refuses(`${api.url}/_liveness`), {
      withinMs: 5_000,
      everyMs: 10,
    })
    expect((await fetch(api.metricsUrl)).status).toBe(200)
    finish()
    expect((await slow).status).toBe(202)
    expect(await api.ended).toBe(0)
    expect(await refuses(api.metricsUrl)).toBe(true)
  })

  it('ends the worker too, and a second signal ends either at once', async () => {
    const [worker, api] = await Promise.all([
      start(built.file('worker'), backend.environment),
      start(built.file('api'), backend.environment),
    ])
    worker.signal('SIGTERM')
    expect(await worker.ended).toBe(0)
    api.signal('SIGINT')
    await until('draining', () => api.output().includes('draining'), {
      withinMs: 5_000,
      everyMs: 5,
    })
    api.signal('SIGINT')
    expect(await api.ended).toBe(1)
  })
})

function refuses(url: string) {
  return fetch(url, { headers: { connection: 'close' } }).then(
    () => false,
    () => true,
  )
}

it('blanks and line breaks around a value do not count', () => {
  const config = readConfig(apiEnvironment, {
    ...backend.environment,
    KICK_CLIENT_SECRET: 'secret\n',
    API_PORT: ' ',
    EMAIL_FROM: ' Verifluence <hello@verifluence.test> ',
  })
  expect(config).toMatchObject({
    KICK_CLIENT_SECRET: 'secret',
    API_PORT: 3000,
    EMAIL_FROM: 'Verifluence <hello@verifluence.test>',
  })
})

describe('the commands of the build', () => {
  const command = async (name: 'run-job' | 'redrive', ...args: string[]) => {
    const { ended, output } = run(built.file(name), backend.environment, args)
    return { code: await ended, said: output().trim() }
  }

  it('run-job runs a job, and says so', async () => {
    expect(await command('run-job', 'stale-session-cleanup')).toEqual({
      code: 0,
      said: 'stale-session-cleanup is done: 0 items.',
    })
  })

  it('run-job takes one option', async () => {
    const lifted = await command('run-job', 'daily-maintenance', '--lift-limits')
    expect(lifted).toMatchObject({ code: 0 })
    const { code, said } = await command('run-job', 'daily-maintenance', '--force')
    expect({ code, said }).toEqual({
      code: 1,
      said: '"--force" is not an option: the only one is --lift-limits.',
    })
  })

  it.each([
    [[], 0, '0 events will be tried again.'],
    [['--ignored', 'chat.message.sent'], 0, '0 events will be tried again.'],
    [['--all'], 1, '"--all" is not understood: redrive [--ignored] [EVENT TYPE].'],
  ])('redrive %j', async (args, code, said) => {
    expect(await command('redrive', ...args)).toEqual({ code, said })
  })
})
