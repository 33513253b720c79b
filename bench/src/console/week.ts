import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answersOk, createService, freePort, type Service } from '@verifluence/testkit'
import { findBinary, runTool } from '@verifluence/toolchain'

export const ROUTES = 100
const DAYS = 7
/** Seconds between two samples. */
const EVERY = 60

export interface Week {
  readonly prometheus: string
  readonly alertmanager: string
  readonly folder: string
}

/** Lends `work` a Prometheus that holds a week of 100 counters up to now, and an Alertmanager. */
export async function withWeek<T>(work: (week: Week) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'verifluence-bench-'))
  const services: Service[] = []
  try {
    await writeBlocks(folder)
    const [prometheus, alertmanager] = [await freePort(), await freePort()]
    writeFileSync(join(folder, 'prometheus.yaml'), 'global: {}\n')
    writeFileSync(
      join(folder, 'alertmanager.yaml'),
      'route: { receiver: none }\nreceivers: [{ name: none }]\n',
    )
    const data = join(folder, 'data')
    services.push(
      await started('prometheus', folder, prometheus, [
        `--config.file=${join(folder, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=30d',
      ]),
      await started('alertmanager', folder, alertmanager, [
        `--config.file=${join(folder, 'alertmanager.yaml')}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        '--cluster.listen-address=',
      ]),
    )
    const at = (port: number) => `http://127.0.0.1:${port}`
    return await work({ prometheus: at(prometheus), alertmanager: at(alertmanager), folder })
  } finally {
    for (const service of services) await service.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function started(
  name: 'prometheus' | 'alertmanager',
  folder: string,
  port: number,
  args: readonly string[],
): Promise<Service> {
  const binary = await findBinary(name)
  const service = createService(
    {
      name,
      command: () => ({
        name,
        command: binary.command,
        args: [...binary.args, ...args, `--web.listen-address=127.0.0.1:${port}`],
        log: join(folder, `${name}.log`),
      }),
      isHealthy: () => answersOk(`http://127.0.0.1:${port}/-/ready`),
      startWithinMs: 60_000,
    },
    { onStart: () => {}, onExit: () => {} },
  )
  await service.start()
  return service
}

/** Counters that rise by a few requests a minute, each at its own pace. */
async function writeBlocks(folder: string): Promise<void> {
  const now = Math.floor(Date.now() / 1_000 / EVERY) * EVERY
  const file = join(folder, 'week.om')
  const out = createWriteStream(file)
  out.write('# TYPE bench_requests counter\n')
  for (let route = 0; route < ROUTES; route += 1) {
    const name = `/r${String(route).padStart(2, '0')}`
    let text = ''
    let count = 0
    for (let at = now - DAYS * 86_400; at <= now; at += EVERY) {
      count += 1 + route * (1 + Math.sin(at / 5_000 + route))
      text += `bench_requests_total{route="${name}"} ${count.toFixed(1)} ${at}\n`
    }
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end('# EOF\n')
  await once(out, 'finish')
  mkdirSync(join(folder, 'data'))
  const made = await runTool('promtool', [
    'tsdb',
    'create-blocks-from',
    '--max-block-duration=168h',
    'openmetrics',
    file,
    join(folder, 'data'),
  ])
  if (made.code !== 0) throw new Error(`promtool made no blocks: ${made.stderr}`)
}
