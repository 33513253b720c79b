import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@verifluence/testkit'
import { openConnection } from './connection.ts'
import { signDeliveries } from './receiver/deliveries.ts'
import { startKick } from './receiver/kick.ts'
import { atMost, type Bench, type Result } from './result.ts'
import { openConnections } from './sender/connections.ts'
import { type Exchange, pace, quantile } from './sender/pace.ts'
import { apiEnvironmentFor, startServer } from './server-process.ts'
import type { Attack } from './stranger/attacker-child.ts'
import { withPostgres } from './with-postgres.ts'

const PER_SECOND = 50
const SECONDS = 6
/** The attack is at full strength before deliveries are measured. */
const LEAD_MS = 2_000
/** Kick takes a delivery that is not acknowledged within a second as failed. */
const PATIENCE_MS = 1_000
const P99_LIMIT_MS = 200
/** 60 % of the memory limit of the api's pod. */
const MEMORY_LIMIT_MIB = 0.6 * 512
const MIB = 1024 * 1024

type Aim = Attack extends infer One ? (One extends Attack ? Omit<One, 'port'> : never) : never

/** Kick's headers with a signature of the right form. */
function webhookHead(length: number, signature: string): string {
  return [
    'POST /wh/kick HTTP/1.1',
    'host: api.verifluence.test',
    'content-type: application/json',
    'kick-event-message-id: 01HZZZZZZZZZZZZZZZZZZZZZZZ',
    `kick-event-message-timestamp: ${new Date().toISOString().slice(0, 19)}Z`,
    `kick-event-signature: ${signature}`,
    'kick-event-type: chat.message.sent',
    'kick-event-version: 1',
    `content-length: ${length}`,
    '\r\n',
  ].join('\r\n')
}

function plain(method: string, path: string, body?: unknown, headers: readonly string[] = []) {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [`${method} ${path} HTTP/1.1`, 'host: api.verifluence.test', ...headers]
  if (body !== undefined) {
    lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(text)}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
}

/** Every attack, by what it is called in the outcome. `genuine` is a signature that Kick made. */
function attacks(genuine: string): Readonly<Record<string, Aim>> {
  const forged = Buffer.alloc(256, 7).toString('base64')
  const unfinished = (signature: string): Aim => ({
    kind: 'unfinished',
    connections: 500,
    request: Buffer.concat([Buffer.from(webhookHead(MIB, signature)), Buffer.alloc(MIB - 1, 'x')]),
  })
  const large = (signature: string): Aim => ({
    kind: 'flood',
    perSecond: 100,
    request: Buffer.concat([Buffer.from(webhookHead(MIB, signature)), Buffer.alloc(MIB, 'x')]),
  })
  const often = (request: Buffer): Aim => ({ kind: 'flood', perSecond: 1_000, request })
  const cookie = `cookie: __Host-session=${'A'.repeat(43)}`
  return {
    'no attack': { kind: 'unfinished', connections: 0, request: Buffer.alloc(0) },
    '500 unfinished bodies of 1 MiB, forged signature': unfinished(forged),
    "500 unfinished bodies of 1 MiB, another message's signature": unfinished(genuine),
    '100 bodies of 1 MiB a second, forged signature': large(forged),
    "100 bodies of 1 MiB a second, another message's signature": large(genuine),
    '1,000/s GET /openapi.json': often(plain('GET', '/openapi.json')),
    '1,000/s GET /_liveness': often(plain('GET', '/_liveness')),
    '1,000/s GET /_readiness': often(plain('GET', '/_readiness')),
    '1,000/s GET /wh/kick': often(plain('GET', '/wh/kick')),
    '1,000/s POST /wh/kick, forged signature': often(Buffer.from(`${webhookHead(2, forged)}{}`)),
    '1,000/s POST /api/sign-in/pin': often(
      plain('POST', '/api/sign-in/pin', { email: 'stranger@example.test' }),
    ),
    '1,000/s POST /api/sign-in': often(
      plain('POST', '/api/sign-in', { email: 'stranger@example.test', pin: '000000' }),
    ),
    '1,000/s GET /api/me, forged session': often(plain('GET', '/api/me', undefined, [cookie])),
    '1,000/s GET /nowhere': often(plain('GET', '/nowhere')),
  }
}

function signatureOf(delivery: Buffer | undefined): string {
  return /kick-event-signature: (\S+)/.exec(String(delivery))?.[1] ?? ''
}

function memoryMib(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}

async function startAttack(port: number, aim: Aim): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('stranger/attacker-child.ts', import.meta.url)), [], {
    execArgv: ['--conditions=source'],
    serialization: 'advanced',
  })
  await once(child, 'spawn')
  child.send({ ...aim, port })
  return child
}

/** Genuine deliveries next to each attack that a stranger can make without signing in. */
export const strangerBench: Bench = (show) =>
  withPostgres(async (serverUrl) => {
    const kick = await startKick()
    const database = openConnection(serverUrl)
    await database.query('create database stranger')
    await database.end()
    const url = new URL(serverUrl)
    url.pathname = '/stranger'
    const port = await freePort()
    const env = apiEnvironmentFor(url.href, port, kick.url)
    const api = await startServer('../../api/src/server.ts', { port, env })
    const results: Result[] = []
    try {
      const [genuine] = signDeliveries(kick.keys, 1)
      for (const [name, aim] of Object.entries(attacks(signatureOf(genuine)))) {
        show(`stranger: ${name} …`)
        results.push(...(await measure(name, aim)))
      }
      return results
    } finally {
      await api.stop()
      kick.close()
    }

    async function measure(name: string, aim: Aim): Promise<Result[]> {
      const deliveries = signDeliveries(kick.keys, PER_SECOND * SECONDS)
      const attacker = await startAttack(port, aim)
      let memory = 0
      const watch = setInterval(() => {
        memory = Math.max(memory, memoryMib(api.pid))
      }, 200)
      const genuine = openConnections(port)
      try {
        await pause(LEAD_MS)
        const patient = {
          ...genuine,
          exchange: (request: Buffer) =>
            Promise.race([genuine.exchange(request), pause(2 * PATIENCE_MS, 0)]),
        }
        const exchanges = await pace(patient, deliveries, PER_SECOND)
        const times = exchanges.map(({ milliseconds }) => milliseconds)
        return [
          atMost(P99_LIMIT_MS, {
            name: `${name}: p99 of a genuine delivery`,
            value: quantile(0.99, times),
            unit: 'ms',
            note: `p50 ${quantile(0.5, times).toFixed(1)}, most ${Math.max(...times).toFixed(0)}`,
          }),
          atMost(0, { name: `${name}: genuine ones lost`, value: lost(exchanges), unit: '' }),
          atMost(MEMORY_LIMIT_MIB, {
            name: `${name}: memory of the api`,
            value: memory,
            unit: 'MiB',
          }),
        ]
      } finally {
        clearInterval(watch)
        genuine.close()
        const ended = once(attacker, 'exit')
        attacker.kill('SIGKILL')
        await ended
      }
    }
  })

function lost(exchanges: readonly Exchange[]): number {
  return exchanges.filter(
    ({ status, milliseconds, late }) => status !== 200 || milliseconds - late > PATIENCE_MS,
  ).length
}
