import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'

const program = `
  import { Registry } from 'prom-client'
  import { createSideport, instrumentRuntime, runtimeMetrics } from 'sideport'
  const catalogue = runtimeMetrics(['shop'])
  const sideport = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  instrumentRuntime(sideport)
  const server = await sideport.listen({ port: 0, host: '127.0.0.1' })
`

/** Runs a program in a process of its own, to its end. */
async function run(rest: string) {
  const flags = ['--conditions=source', '--input-type=module', '--eval']
  const child = spawn(process.execPath, [...flags, program + rest], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  return { code, output }
}

describe('a process with a side port', () => {
  it('ends when its work is done, although the port is open and a scraper is connected', async () => {
    const { code, output } = await run(`
      const { Agent, get } = await import('node:http')
      const agent = new Agent({ keepAlive: true })
      get(server.url, { agent }, (response) => {
        response.resume().on('end', () => {
          console.log(response.statusCode)
          // The scraper would be another process, so its socket holds this one no longer.
          setImmediate(() => agent.destroy())
        })
      })
    `)
    expect({ code, output }).toEqual({ code: 0, output: '200\n' })
  })

  it('lives until close() has finished the scrape under way', async () => {
    const { code, output } = await run(`
      const { connect } = await import('node:net')
      const work = setInterval(() => {}, 1_000)
      sideport.collect('slow', ['processOpenFds'], () => {
        clearInterval(work)
        server.close().then(() => console.log('closed'))
        return new Promise((resolve) => setTimeout(resolve, 100).unref())
      })
      const scraper = connect(server.port, '127.0.0.1', () => {
        scraper.write('GET /metrics HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n')
      })
      scraper.unref()
      scraper.once('data', (chunk) => console.log(String(chunk).slice(0, 15)))
    `)
    expect(code).toBe(0)
    expect(output.trim().split('\n').sort()).toEqual(['HTTP/1.1 200 OK', 'closed'])
  })
})
