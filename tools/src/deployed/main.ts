/** `npm run deployed`: checks a live cluster after a deploy, with kubectl. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { MONITORING_NAMESPACE } from '@verifluence/monitoring/places'
import { formatError, readCommandLine, UserError, until } from '@verifluence/testkit'
import { type Cluster, findings } from './checks.ts'

const wanted = readCommandLine(
  [
    'npm run deployed -- [--context NAME]',
    '',
    'Checks with kubectl that the cluster runs what the tree says: targets up, rules loaded, heartbeat sent.',
    'Reads only. --context names a context of kubectl other than the current one.',
  ],
  { context: { type: 'string' } },
)
const context = wanted.context === undefined ? [] : ['--context', wanted.context]

async function get(...args: readonly string[]): Promise<unknown> {
  try {
    const { stdout } = await promisify(execFile)(
      'kubectl',
      [...context, 'get', ...args, '-o', 'json'],
      { maxBuffer: 64 * 1024 * 1024, timeout: 30_000 },
    )
    return JSON.parse(stdout)
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    if (code === 'ENOENT')
      throw new UserError('kubectl is not on PATH: install it, and select the cluster.')
    throw new Error(`kubectl get ${args.join(' ')}: ${stderr.trim().split('\n').at(-1)}`)
  }
}

/** A forwarded port reaches Prometheus whatever its NetworkPolicy says, and its image holds no program to ask with. */
async function forward(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    'kubectl',
    [...context, '-n', MONITORING_NAMESPACE, 'port-forward', 'service/k8s-prometheus', ':9090'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(output.trim() || 'kubectl port-forward ended')))
  })
  const port = until('the forwarded port', () => /127\.0\.0\.1:(\d+)/.exec(output)?.[1], {
    withinMs: 30_000,
  })
  return { child, url: `http://127.0.0.1:${await Promise.race([port, failed])}` }
}

let forwarded: Promise<{ child: ChildProcess; url: string }> | undefined
const cluster: Cluster = {
  get,
  prometheus: async (path) => {
    forwarded ??= forward()
    const answer = await fetch(`${(await forwarded).url}/api/v1/${path}`)
    if (!answer.ok) throw new Error(`Prometheus answers ${answer.status} to ${path}`)
    return ((await answer.json()) as { data: unknown }).data
  },
}

try {
  await get('namespaces')
  let failed = 0
  for await (const { check, problems } of findings(cluster)) {
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${check}`)
    for (const problem of problems) console.log(`       ${problem}`)
    if (problems.length > 0) failed += 1
  }
  if (failed > 0) process.exitCode = 1
  else console.log('The heartbeat service must show the check as up; only it can say that.')
} catch (error) {
  console.error(formatError(error))
  process.exitCode = 1
} finally {
  const running = await forwarded?.catch(() => undefined)
  running?.child.kill()
}
