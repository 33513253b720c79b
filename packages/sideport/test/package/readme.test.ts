import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@verifluence/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { withoutSelf } from '../support/start.ts'
import { until } from '../support/until.ts'

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')
const block = (language: string) =>
  new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(readme)?.[1]

it('the program of the README gives the scrape of the README', async () => {
  const [shopPort, metricsPort] = [await freePort(), await freePort()]
  const program = (block('js') ?? '')
    .replace('3000', `${shopPort}`)
    .replace('9091', `${metricsPort}`)
  const flags = ['--conditions=source', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, flags, { cwd: import.meta.dirname, stdio: 'inherit' })
  onTestFinished(async () => {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })

  const get = async (port: number, path: string) =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  const metrics = await until('the side port is open', () =>
    get(metricsPort, '/metrics').catch(() => undefined),
  )
  expect(metrics).toContain('shop_orders_total')
  const coffee = await get(shopPort, '/')
  const scrape = withoutSelf(await get(metricsPort, '/metrics'))
  expect(block('console')).toBe(
    `$ curl localhost:3000\n${coffee}$ curl localhost:9091/metrics | grep -v sideport_\n${scrape}`,
  )
})
