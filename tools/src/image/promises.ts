import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { fakesEnvironment } from '@verifluence/fakes'
import { type Figure, freePort, until } from '@verifluence/testkit'
import type { Container, Engine, RunOptions } from './engine.ts'

/** Debian slim and Node take 190 of it. */
const SIZE_LIMIT_MB = 220
/** `terminationGracePeriodSeconds` of both Deployments. */
const GRACE_SECONDS = 40
const HALF_SENT = 20

/** One promise about the image: its sentence, whether the image keeps it, and what was seen. */
export interface Verdict {
  readonly promise: string
  readonly held: boolean
  readonly seen: string
  readonly figure?: Figure
}

interface Ports {
  readonly front: number
  readonly metrics: number
}

interface Plan {
  readonly engine: Engine
  readonly tag: string
  readonly version: string
  readonly databaseUrl: string
  readonly fakesUrl: string
}

type ProcessName = 'api' | 'worker'

/** Runs the image and checks what operations/README.md promises of it. */
export async function* verdicts(plan: Plan): AsyncGenerator<Verdict> {
  yield await size(plan)
  yield await finds(
    plan,
    'holds no file with a setuid or setgid bit',
    'find / -xdev -type f -perm /6000',
  )
  yield await finds(
    plan,
    'holds no node_modules, source, test or source map',
    'find /app /usr/local -name node_modules -o -name "*.ts" -o -name "*.test.*" -o -name "*.map"',
  )
  yield await finds(
    plan,
    'holds no private key and no file of settings',
    'find / -xdev \\( -path /usr/lib/ssl -o -path /etc/ssl \\) -prune -o -type f \\( -name "*.pem" -o -name "*.key" -o -name ".env*" -o -name ".npmrc" \\) -print; grep -rlE -e "-----BEGIN [A-Z ]*PRIVATE KEY-----[^\\"]{40}" /app',
  )
  yield await refusesOther(plan)
  yield await commands(plan)
  yield await labels(plan)
  for (const name of ['api', 'worker'] as const) yield* runs(plan, name)
}

const inShell = (script: string): RunOptions => ({
  entrypoint: '/bin/sh',
  args: ['-c', script],
  user: '0:0',
})

async function outputOf({ engine, tag }: Plan, options: RunOptions) {
  const container = await engine.start(tag, options)
  const code = await container.ended
  return { code, output: container.output().trim() }
}

async function size(plan: Plan): Promise<Verdict> {
  const { output } = await outputOf(
    plan,
    inShell(
      'for path in / /usr/local/bin/node /usr/local/lib/psql /app; do du -sxB1 --apparent-size $path; done',
    ),
  )
  const [all = 0, node = 0, psql = 0, app = 0] = output
    .split('\n')
    .map((line) => Number(line.split('\t')[0]) / 1e6)
  const value = Math.round(all)
  const base = Math.round(all - node - psql - app)
  return {
    promise: `is at most ${SIZE_LIMIT_MB} MB`,
    held: value > 0 && value <= SIZE_LIMIT_MB,
    seen: `${value} MB: Debian ${base}, Node ${Math.round(node)}, psql ${Math.round(psql)}, code ${Math.round(app)}`,
    figure: figure('image: size', value, 'MB', SIZE_LIMIT_MB),
  }
}

async function finds(plan: Plan, promise: string, script: string): Promise<Verdict> {
  const { output } = await outputOf(plan, inShell(`${script} || true`))
  return {
    promise,
    held: output === '',
    seen: output === '' ? 'none' : output.split('\n').slice(0, 3).join(', '),
  }
}

async function refusesOther(plan: Plan): Promise<Verdict> {
  const { code, output } = await outputOf(plan, { args: ['apy'] })
  return {
    promise: 'refuses another first argument with a sentence and exit code 64',
    held: code === 64 && /"apy".*api or worker/.test(output),
    seen: `${code}: ${output}`,
  }
}

async function commands(plan: Plan): Promise<Verdict> {
  const script = 'psql "$DATABASE_URL" -Atc "select 40 + 2"; run-job none 2>&1; command -v redrive'
  const { output } = await outputOf(plan, {
    entrypoint: '/bin/sh',
    args: ['-c', script],
    env: environment(plan),
  })
  return {
    promise: 'has psql, run-job and redrive on its PATH',
    held: /^42$/m.test(output) && /"none" is no job/.test(output) && /\/redrive$/m.test(output),
    seen: output.split('\n')[0] ?? '',
  }
}

async function labels({ engine, tag, version }: Plan): Promise<Verdict> {
  const all = await engine.labels(tag)
  const seen = all['org.opencontainers.image.version']
  const count = Object.keys(all).filter((name) =>
    name.startsWith('org.opencontainers.image.'),
  ).length
  return {
    promise: 'carries OCI labels with its version',
    held: seen === version && count >= 6,
    seen: `${count} labels, version ${seen}`,
  }
}

const environment = ({ databaseUrl, fakesUrl }: Plan): Record<string, string> => ({
  ...fakesEnvironment(fakesUrl),
  DATABASE_URL: databaseUrl,
  BIND_HOST: '127.0.0.1',
  SHUTDOWN_GRACE_SECONDS: '20',
})

async function* runs(plan: Plan, name: ProcessName): AsyncGenerator<Verdict> {
  const ports: Ports = { front: await freePort(), metrics: await freePort() }
  const begun = performance.now()
  const container = await plan.engine.start(plan.tag, {
    args: [name],
    env: {
      ...environment(plan),
      ...(name === 'api'
        ? { API_PORT: String(ports.front), API_METRICS_PORT: String(ports.metrics) }
        : { WORKER_PORT: String(ports.front), WORKER_METRICS_PORT: String(ports.metrics) }),
    },
  })
  let hasEnded = false
  void container.ended.then(() => {
    hasEnded = true
  })
  try {
    yield await starts(name, ports, begun, container, () => hasEnded)
    if (hasEnded) return
    yield await showsBuild(plan, name, ports)
    yield await stops(name, ports, container)
  } finally {
    if (!hasEnded) await container.kill()
    await container.ended
  }
}

async function starts(
  name: ProcessName,
  { front }: Ports,
  begun: number,
  container: Container,
  hasEnded: () => boolean,
): Promise<Verdict> {
  const promise = `starts ${name} as user 10001 on a read-only root, and both probes answer`
  try {
    await until(
      `${name} is ready`,
      async () => hasEnded() || (await fetch(`http://127.0.0.1:${front}/_readiness`)).ok,
      { withinMs: 120_000 },
    )
  } catch {}
  const seconds = (performance.now() - begun) / 1000
  const live = hasEnded()
    ? undefined
    : await fetch(`http://127.0.0.1:${front}/_liveness`).catch(() => undefined)
  const held = live?.ok === true
  return {
    promise,
    held,
    seen: held ? `ready after ${seconds.toFixed(1)} s` : container.output().trim().slice(-400),
    figure: figure(`image: ${name} ready`, Number(seconds.toFixed(2)), 's', null),
  }
}

async function showsBuild(
  { version }: Plan,
  name: ProcessName,
  { metrics }: Ports,
): Promise<Verdict> {
  const text = await fetch(`http://127.0.0.1:${metrics}/metrics`).then((answer) => answer.text())
  const line = /^vf_build_info\{.*$/m.exec(text)?.[0] ?? 'no vf_build_info'
  return {
    promise: `${name} serves its metrics, with the build's version`,
    held: line.includes(`version="${version}"`),
    seen: `${text.trim().split('\n').length} lines; ${line}`,
  }
}

/** SIGTERM while clients have sent half of a request: each still gets its answer, and the process ends in time. */
async function stops(name: ProcessName, { front }: Ports, container: Container): Promise<Verdict> {
  const clients = name === 'api' ? Array.from({ length: HALF_SENT }, () => halfSent(front)) : []
  await Promise.all(clients.map(({ sent }) => sent))
  const signalled = performance.now()
  await container.terminate()
  await until('the process drains', async () => isDraining(front), {
    withinMs: 10_000,
    everyMs: 20,
  })
  for (const client of clients) client.finish()
  const answers = await Promise.all(clients.map(({ answer }) => answer))
  const code = await container.ended
  const seconds = (performance.now() - signalled) / 1000
  const answered = answers.filter((line) => /^HTTP\/1\.1 \d{3}/.test(line)).length
  const limit = GRACE_SECONDS
  return {
    promise: `${name} ends on SIGTERM as process 1${name === 'api' ? ', and no request in flight is lost' : ''}`,
    held: code === 0 && seconds < limit && answered === clients.length,
    seen: `exit code ${code} after ${seconds.toFixed(1)} s${name === 'api' ? `, ${answered} of ${clients.length} half-sent requests answered` : ''}`,
    figure: figure(`image: ${name} stopped`, Number(seconds.toFixed(2)), 's', limit),
  }
}

/** Not ready any more, or its port closed already. */
async function isDraining(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/_readiness`).then(
    ({ ok }) => !ok,
    () => true,
  )
}

/** A request whose second half waits for `finish`. */
function halfSent(port: number) {
  const body = JSON.stringify({ email: 'person@verifluence.test', role: 'streamer' })
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  const sent = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      const head = `POST /api/sign-in/pin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
      socket.write(head + body.slice(0, 10), () => resolve())
    })
  })
  const answer = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(received))
  })
  return { sent, answer, finish: () => socket.write(body.slice(10)) }
}

const figure = (name: string, value: number, unit: string, limit: number | null): Figure => ({
  name,
  value,
  unit,
  limit,
  held: limit === null ? null : value <= limit,
})
