import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '@verifluence/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'

const PACKAGE = join(import.meta.dirname, '..', '..')
const EXAMPLES = join(PACKAGE, 'examples')
const read = (path: string) => readFileSync(join(PACKAGE, path), 'utf8')
const readme = read('README.md')
const [session = ''] = blocks('console')

/** Longer than a start takes next to ten busy processes on two cores. */
const PATIENCE = { withinMs: 120_000 }

function blocks(language: string): string[] {
  const pattern = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs')
  return [...readme.matchAll(pattern)].map(([, text = '']) => text)
}

/** Runs an example on free ports, asks for a coffee, and returns the answer and the scrape. */
async function order(example: string, kind: string) {
  const child = spawn(process.execPath, ['--conditions=source', join(EXAMPLES, example)], {
    env: { ...process.env, PORT: '0', METRICS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown]
  const [port, metrics = ''] = String(line).split(' ')
  const response = await fetch(`http://localhost:${port}/coffee/${kind}`)
  const answer = await response.text()
  const scrape = await until(
    'the request is counted',
    async () => {
      const text = await (await fetch(metrics)).text()
      return /status_code="200"\} 1/.test(text) && text
    },
    PATIENCE,
  )
  return { answer, scrape }
}

it('the session of the README is what its first program gives', { timeout: 180_000 }, async () => {
  const { answer, scrape } = await order('express.mjs', 'mocha')
  const shown = scrape.split('\n').filter((line) => !/sideport_|bucket|sum/.test(line))
  expect(session).toBe(
    `$ curl localhost:3000/coffee/mocha\n${answer}` +
      `$ curl localhost:9091/metrics | grep -v 'sideport_\\|bucket\\|sum'\n${shown.join('\n')}`,
  )
})

it.each(['express.mjs', 'hono.mjs'])('the README shows %s as it is', (example) => {
  expect(blocks('js')).toContain(read(`examples/${example}`))
})

describe.each(readdirSync(EXAMPLES))('%s', (example) => {
  it('counts a request under its route', { timeout: 180_000 }, async () => {
    const { answer, scrape } = await order(example, 'latte')
    expect(answer).toBe('Your latte.\n')
    expect(scrape).toContain(
      'http_requests_total{method="GET",route="/coffee/:kind",status_code="200"} 1\n',
    )
  })
})
