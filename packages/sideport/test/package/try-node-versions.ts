import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Installs the packed kit into an empty project for each supported Node.js and serves a scrape there.
 * It downloads the binaries (npm packages `node@…`), so it is no test: `npm run try-node-versions`.
 */
const VERSIONS = ['20', '22', '24']
const PACKAGE = join(import.meta.dirname, '..', '..')

const program = `
import { Registry } from 'prom-client'
import { counter, createSideport, instrumentRuntime, oneOf, runtimeMetrics } from 'sideport'
const orders = counter({ name: 'shop_orders_total', help: 'x', labels: [oneOf('paid', ['cash'])], exportedBy: ['shop'] })
const sideport = createSideport({ catalogue: { orders, ...runtimeMetrics(['shop']) }, exporter: 'shop', registry: new Registry() })
instrumentRuntime(sideport)
sideport.metrics.orders.inc({ paid: 'cash' })
const server = await sideport.listen({ port: 0, host: '127.0.0.1' })
for (const accept of ['text/plain', 'application/openmetrics-text']) {
  const response = await fetch(server.url, { headers: { accept } })
  const text = await response.text()
  if (!/^shop_orders_total\\{paid="cash"\\} 1/m.test(text) || / NaN$/m.test(text)) process.exit(1)
  console.log(process.version, response.headers.get('content-type'), text.split('\\n').length, 'lines')
}
await server.close()
`

const folder = mkdtempSync(join(tmpdir(), 'sideport-'))
try {
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const tarball = npm(PACKAGE, 'pack', '--silent', '--pack-destination', folder)
    .trim()
    .split('\n')
    .at(-1)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'shop.js'), program)
  for (const version of VERSIONS) {
    npm(
      folder,
      'install',
      '--no-audit',
      '--no-fund',
      `./${tarball}`,
      'prom-client@15',
      `node@${version}`,
    )
    const node = join(folder, 'node_modules', 'node', 'bin', 'node')
    process.stdout.write(execFileSync(node, ['shop.js'], { cwd: folder, encoding: 'utf8' }))
  }
} finally {
  rmSync(folder, { recursive: true })
}
