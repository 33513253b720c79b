import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import {
  answersOk,
  createRandom,
  createService,
  freePort,
  type Service,
  until,
} from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { findBinary } from '@verifluence/toolchain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { alertmanagerConfig } from '../../src/alertmanager/config.ts'
import {
  type Config,
  type Message,
  matcherOf,
  messagesOf,
  type Post,
  postsOf,
} from '../../src/rule-testing/weather/alertmanager.ts'

/** Posts come at even seconds and flushes at odd ones, so that a busy machine cannot swap them. */
const STEP = 2
const timing = { group_wait: '3s', group_interval: '4s', repeat_interval: '16s' }
const STEPS = 12
const ENVIRONMENTS = 40

const config = {
  route: {
    receiver: 'others',
    group_by: ['env', 'alertname'],
    ...timing,
    routes: [
      { matchers: ['severity = "none"'], receiver: 'silent' },
      { matchers: ['alertname =~ "Worker.*"'], receiver: 'fallback', continue: true },
      { matchers: ['severity = "critical"'], receiver: 'critical' },
    ],
  },
  inhibit_rules: [
    {
      source_matchers: ['alertname = "WorkerDown"'],
      target_matchers: ['alertname =~ "PollStale|ExportStale"'],
      equal: ['env'],
    },
  ],
} satisfies Config

const kinds = [
  { alertname: 'WorkerDown', severity: 'critical' },
  { alertname: 'PollStale', severity: 'critical' },
  { alertname: 'ExportStale', severity: 'warning' },
  { alertname: 'External', severity: 'warning', target: 'kick' },
  { alertname: 'External', severity: 'warning', target: 'x' },
  { alertname: 'Watchdog', severity: 'none' },
]

/** For each environment its alerts come and go by chance; some are never said to be over and expire. */
function randomPosts(seed: number): Post[] {
  const random = createRandom(seed)
  const posts: Post[] = []
  for (let env = 0; env < ENVIRONMENTS; env += 1) {
    for (const kind of kinds) {
      if (random.chance(0.3)) continue
      const labels = { ...kind, env: `e${env}` }
      let since: number | undefined
      for (let step = 0; step < STEPS; step += 1) {
        const at = step * STEP
        if (since === undefined) {
          if (!random.chance(0.25)) continue
          since = at
          const expires = random.chance(0.2)
          posts.push({ at, labels, startsAt: at, endsAt: expires ? at + 8 : at + 1_000 })
          if (expires) break
        } else if (random.chance(0.3)) {
          posts.push({ at, labels, startsAt: since, endsAt: at })
          since = undefined
        }
      }
    }
  }
  return posts.sort((one, other) => one.at - other.at)
}

interface Received {
  readonly receiver: string
  readonly groupLabels: Record<string, string>
  readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string> }[]
}

const received: Received[] = []
let server: Server
let alertmanager: Service
let url = ''
let folder: ReturnType<typeof temporaryFolder>

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      received.push(JSON.parse(body) as Received)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  folder = temporaryFolder()
  const { path } = folder
  const receivers = ['others', 'critical', 'fallback', 'silent'].map((name) =>
    name === 'silent'
      ? { name }
      : { name, webhook_configs: [{ url: `http://127.0.0.1:${port}/`, send_resolved: true }] },
  )
  const file = join(path, 'alertmanager.yml')
  writeFileSync(file, stringify({ ...config, receivers }))
  const binary = await findBinary('alertmanager')
  const listen = await freePort()
  url = `http://127.0.0.1:${listen}`
  alertmanager = createService(
    {
      name: 'alertmanager',
      command: () => ({
        name: 'alertmanager',
        command: binary.command,
        args: [
          ...binary.args,
          `--config.file=${file}`,
          `--storage.path=${join(path, 'data')}`,
          `--web.listen-address=127.0.0.1:${listen}`,
          '--cluster.listen-address=',
          // Empty groups go soon, as they do between two intervals of production.
          '--dispatch.maintenance-interval=500ms',
        ],
        log: join(path, 'alertmanager.log'),
      }),
      isHealthy: () => answersOk(`${url}/-/ready`),
    },
    { onStart: () => {}, onExit: () => {} },
  )
  await alertmanager.start()
})

afterAll(async () => {
  await alertmanager?.stop()
  server?.close()
  folder?.remove()
})

const stateOf = (
  firing: readonly Record<string, string>[],
  resolved: readonly Record<string, string>[],
) =>
  [
    ...firing.map((labels) => `firing ${labels.target ?? ''}`),
    ...resolved.map((labels) => `resolved ${labels.target ?? ''}`),
  ]
    .sort()
    .join(', ')

/** By receiver and group: what was sent, in order. */
function sequences(
  list: readonly { readonly key: string; readonly state: string }[],
): Record<string, string[]> {
  const byGroup: Record<string, string[]> = {}
  for (const { key, state } of list) byGroup[key] = [...(byGroup[key] ?? []), state]
  return byGroup
}

/** On a busy machine a post or a flush may come a step late: then the same input is played again. */
const ATTEMPTS = 3

test('the model sends what Alertmanager sends', { timeout: 300_000 }, async () => {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const { sent, expected } = await play(attempt)
    if (isDeepStrictEqual(sent, expected)) return
  }
  const { sent, expected } = await play(ATTEMPTS)
  expect(sent).toEqual(expected)
})

/** Posts the same random input to both, in environments of this attempt alone. */
async function play(attempt: number) {
  const ofAttempt = (env = '') => `${attempt}-${env}`
  const posts = randomPosts(12).map((post) => ({
    ...post,
    labels: { ...post.labels, env: ofAttempt(post.labels.env) },
  }))
  const begin = Date.now() + 500
  const instant = (second: number) => new Date(begin + second * 1000).toISOString()
  for (let at = 0; at < STEPS * STEP; at += STEP) {
    await pause(Math.max(0, begin + at * 1000 - Date.now()))
    const due = posts.filter((post) => post.at === at)
    const body = due.map(({ labels, startsAt, endsAt }) => ({
      labels,
      startsAt: instant(startsAt),
      endsAt: instant(endsAt),
    }))
    const { status } = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(status).toBe(200)
  }
  // Everything that expires or was resolved at the end is flushed by then.
  const lasts = STEPS * STEP + 14
  const modelled = messagesOf(posts, config, lasts).filter(({ receiver }) => receiver !== 'silent')
  const expected = sequences(modelled.map(asModelled))
  // What is sent again and again after the end is not compared.
  const sent = () => {
    const own = received.filter(({ groupLabels }) => groupLabels.env?.startsWith(`${attempt}-`))
    const real = sequences(own.map(asReceived))
    return Object.fromEntries(
      [...new Set([...Object.keys(expected), ...Object.keys(real)])].map((key) => [
        key,
        (real[key] ?? []).slice(0, expected[key]?.length ?? 0),
      ]),
    )
  }
  const isSent = () => isDeepStrictEqual(sent(), expected)
  await until('everything is sent', isSent, { withinMs: 20_000 }).catch(() => undefined)
  return { sent: sent(), expected }
}

const asModelled = ({ receiver, group, firing, resolved }: Message) => ({
  key: `${receiver} ${group.env} ${group.alertname}`,
  state: stateOf(firing, resolved),
})

const asReceived = ({ receiver, groupLabels, alerts }: Received) => ({
  key: `${receiver} ${groupLabels.env} ${groupLabels.alertname}`,
  state: stateOf(
    alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels),
    alerts.filter(({ status }) => status === 'resolved').map(({ labels }) => labels),
  ),
})

test('reads every matcher of the production configuration', () => {
  const written = JSON.stringify(alertmanagerConfig).match(/"\w+ (=~|!~|!=|=) \\".*?\\""/g) ?? []
  expect(written.length).toBeGreaterThan(4)
  for (const text of written) expect(() => matcherOf(JSON.parse(text))).not.toThrow()
  expect(() => matcherOf('severity > 3')).toThrow(/No matcher/)
})

test('an alert ends four resend delays after the last post of a Prometheus that is away', () => {
  const firing = [{ alertname: 'A' }]
  const timeline = Array.from({ length: 60 }, () => firing)
  const posts = postsOf(timeline, { tick: 30, resendDelay: 60, gaps: [[300, 900]] })
  const last = posts.findLast(({ at }) => at < 300)
  expect(last?.endsAt).toBe((last?.at ?? 0) + 240)
  expect(posts.find(({ at }) => at > 300)?.at).toBeGreaterThan(900)
})
