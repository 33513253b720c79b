import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const PACKAGE = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)
const require = createRequire(import.meta.url)

/** What `npm pack` would put into the package, from a fresh build. */
let packed: readonly string[]

beforeAll(async () => {
  await run('npm', ['run', 'build'], { cwd: PACKAGE })
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: PACKAGE,
  })
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  packed = files.map(({ path }) => path)
})

describe('the package', () => {
  it('contains the code, its types, its source and its papers, and nothing else', () => {
    const papers = packed.filter((path) => !/^(dist|src)\//.test(path))
    expect(papers.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    expect(packed).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'src/index.ts']),
    )
    const odd = packed.filter((path) => !/\.(js|d\.ts|ts|map|md|json)$|^LICENSE$/.test(path))
    expect(odd).toEqual([])
  })

  it('knows nothing of who uses it', () => {
    for (const path of packed.filter((path) => !path.endsWith('.map'))) {
      const text = readFileSync(join(PACKAGE, path), 'utf8')
      expect(text, path).not.toMatch(/verifluence|\bvf_|\bkick\b|streamer|telegram/i)
    }
  })

  it('has no condition by which a consumer gets sources, which here it has', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sideport-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const path of ['package.json', 'src', 'dist', 'README.md']) {
      cpSync(join(PACKAGE, path), join(folder, path), { recursive: true })
    }
    const ours = readFileSync(join(PACKAGE, 'package.json'), 'utf8')
    const { prepack, postpack } = JSON.parse(ours).scripts
    const manifest = (script: string) =>
      run(process.execPath, [join(PACKAGE, 'pack-manifest.mjs'), script], { cwd: folder })
    expect([prepack, postpack]).toEqual([
      'npm run build && node pack-manifest.mjs',
      'node pack-manifest.mjs restore',
    ])
    await manifest('')
    await run('npm', ['pack', '--ignore-scripts'], { cwd: folder })
    await run('tar', ['-xzf', 'sideport-0.1.0.tgz'], { cwd: folder })
    const exported = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')).exports
    expect(Object.keys(exported['.'])).toEqual(['types', 'default'])
    await manifest('restore')
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(ours)
  })

  it('works and type-checks in an empty project', { timeout: 60_000 }, async () => {
    const project = mkdtempSync(join(tmpdir(), 'sideport-'))
    onTestFinished(() => rmSync(project, { recursive: true }))
    const modules = join(project, 'node_modules')
    mkdirSync(modules)
    for (const path of packed) cpSync(join(PACKAGE, path), join(modules, 'sideport', path))
    for (const name of ['prom-client', '@types/node', 'undici-types']) {
      const from = dirname(require.resolve(`${name}/package.json`))
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(from, join(modules, name))
    }
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    writeFileSync(join(project, 'shop.ts'), program)
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
    const flags = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
    const checked = await run(process.execPath, [tsc, ...flags, 'shop.ts'], { cwd: project }).catch(
      (failure: { stdout: string }) => failure,
    )
    expect(checked.stdout).toBe('')
    const { stdout } = await run(process.execPath, ['shop.js'], { cwd: project })
    expect(stdout).toContain('shop_orders_total{paid="card"} 1')
  })
})

const program = `
import { text } from 'node:stream/consumers'
import { Registry } from 'prom-client'
import { counter, createSideport, instrumentRuntime, oneOf, runtimeMetrics } from 'sideport'

const labels = [oneOf('paid', ['cash', 'card'])] as const
const orders = counter({ name: 'shop_orders_total', help: 'x', labels, exportedBy: ['shop'] })
const catalogue = { orders, ...runtimeMetrics(['shop']) }
const sideport = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
instrumentRuntime(sideport)
sideport.metrics.orders.inc({ paid: 'card' })
// @ts-expect-error
sideport.metrics.orders.inc({ paid: 'cheque' })
console.log(await text((await sideport.scrape()).body))
`
