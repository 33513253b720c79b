import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PACKAGE = join(import.meta.dirname, '..', '..')
const MODULES = join(PACKAGE, '..', '..', 'node_modules')
const run = promisify(execFile)

/** What a consumer of the packed kit has installed besides it. */
const PEERS = [
  '@hono',
  '@koa',
  '@types',
  'express',
  'express4',
  'fastify',
  'hono',
  'koa',
  'prom-client',
]

/** A project of a consumer, with the tarball unpacked in its node_modules. */
let project: string
let tarball: string
let packed: readonly string[]
const inPackage = (path: string) => join(project, 'node_modules', 'sideport', path)

beforeAll(async () => {
  await run('npm', ['run', 'build'], { cwd: PACKAGE })
  // Packs a copy: `npm pack` changes the manifest, which other tests read at the same time.
  const copy = mkdtempSync(join(tmpdir(), 'sideport-'))
  const { files } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'))
  for (const path of ['package.json', 'LICENSE', ...files]) {
    cpSync(join(PACKAGE, path), join(copy, path), { recursive: true })
  }
  await run(process.execPath, [join(PACKAGE, 'pack-manifest.mjs')], { cwd: copy })
  await run('npm', ['pack', '--ignore-scripts'], { cwd: copy })
  project = mkdtempSync(join(tmpdir(), 'sideport-'))
  tarball = join(project, 'sideport.tgz')
  cpSync(join(copy, 'sideport-0.1.0.tgz'), tarball)
  rmSync(copy, { recursive: true })
  mkdirSync(join(project, 'node_modules', 'sideport'), { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', inPackage('.'), '--strip-components=1'])
  for (const name of PEERS) {
    symlinkSync(join(MODULES, name), join(project, 'node_modules', name))
  }
  packed = globSync('**/*', { cwd: inPackage('.') }).filter((path) => /\.|LICENSE/.test(path))
}, 120_000)

afterAll(() => rmSync(project, { recursive: true }))

describe('the package', () => {
  it('contains the code, its types, its source and its papers, and nothing else', () => {
    const papers = packed.filter((path) => !/^(dist|src|examples)\//.test(path))
    expect(papers.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'MIGRATION.md',
      'README.md',
      'package.json',
    ])
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cjs/index.js',
        'dist/cjs/index.d.ts',
        'src/index.ts',
      ]),
    )
    const odd = packed.filter(
      (path) => !/\.(js|mjs|cjs|d\.ts|ts|map|md|json)$|^LICENSE$/.test(path),
    )
    expect(odd).toEqual([])
  })

  it('names none of its users', () => {
    for (const path of packed.filter((path) => !path.endsWith('.map'))) {
      const text = readFileSync(inPackage(path), 'utf8')
      expect(text, path).not.toMatch(/verifluence|\bvf_|\bkick\b|streamer|telegram/i)
    }
  })

  it('has no condition by which a consumer gets sources, which here it has', async () => {
    const ours = readFileSync(join(PACKAGE, 'package.json'), 'utf8')
    const theirs = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'))
    expect(Object.keys(JSON.parse(ours).exports['.'])).toEqual(['source', 'import', 'require'])
    expect(Object.keys(theirs.exports['.'])).toEqual(['import', 'require'])
    const { prepack, postpack } = theirs.scripts
    expect([prepack, postpack]).toEqual([
      'npm run build && node pack-manifest.mjs',
      'node pack-manifest.mjs restore',
    ])
    const folder = join(project, 'restored')
    mkdirSync(folder)
    cpSync(inPackage('package.json'), join(folder, 'package.json'))
    await run(process.execPath, [join(PACKAGE, 'pack-manifest.mjs'), 'restore'], { cwd: folder })
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(ours)
  })

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: inPackage('.'), strict: true, pack: false })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('passes arethetypeswrong in every resolution', { timeout: 120_000 }, async () => {
    const attw = join(MODULES, '@arethetypeswrong', 'cli', 'dist', 'index.js')
    const args = [attw, tarball, '--format', 'json']
    const { stdout } = await run(process.execPath, args).catch(
      (failure: { stdout: string }) => failure,
    )
    expect(JSON.parse(stdout).analysis.problems).toEqual([])
  })
})

const FRAMEWORKS = ['node:http', 'hono', 'express', 'express4', 'fastify', 'koa'] as const

/** The Node versions at hand, by major: this one, those on the PATH and in the project's cache. */
async function nodes(): Promise<Map<string, string>> {
  const cached = globSync(join(PACKAGE, '../../.cache/node-*/node_modules/node-*/bin/node'))
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  const found = new Map<string, string>()
  for (const path of [process.execPath, ...cached, ...onPath].filter((path) => existsSync(path))) {
    const { stdout } = await run(path, ['--version'])
    const [major = ''] = stdout.slice(1).split('.')
    if (Number(major) >= 20 && !found.has(major)) found.set(major, path)
  }
  return found
}

/** The TypeScript compilers at hand, by version: the project's, arethetypeswrong's, the cached. */
async function compilers(): Promise<Map<string, string>> {
  const places = [MODULES, join(MODULES, '@arethetypeswrong/*/node_modules')]
  const cached = join(PACKAGE, '../../.cache/typescript-*/node_modules')
  const found = new Map<string, string>()
  for (const path of globSync(
    [...places, cached].map((place) => join(place, 'typescript/bin/tsc')),
  )) {
    const { stdout } = await run(process.execPath, [path, '--version'])
    found.set(stdout.replace('Version ', '').trim(), path)
  }
  return found
}

describe('the package matrix', () => {
  const table: Record<string, string>[] = []
  afterAll(() => console.table(table))

  it('serves a counted request on each Node, by import and require, in each framework', {
    timeout: 240_000,
  }, async () => {
    writeFileSync(join(project, 'shop.mjs'), `const load = (name) => import(name)\n${SHOP}`)
    writeFileSync(join(project, 'shop.cjs'), `const load = async (name) => require(name)\n${SHOP}`)
    for (const [major, node] of await nodes()) {
      for (const file of ['shop.mjs', 'shop.cjs']) {
        const { stdout } = await run(node, [file, ...FRAMEWORKS], { cwd: project })
        const how = file.endsWith('mjs') ? 'import' : 'require'
        table.push({ runtime: `Node ${major}`, how, ...JSON.parse(stdout) })
      }
    }
    const results = table.map(({ runtime: _, how: __, ...frameworks }) => frameworks)
    expect(results).toEqual(
      results.map(() => Object.fromEntries(FRAMEWORKS.map((framework) => [framework, 'ok']))),
    )
  })

  it('type-checks in each TypeScript, in each resolution', {
    timeout: 240_000,
  }, async () => {
    const resolutions = [
      ['node10', 'shop.ts', '--module commonjs --moduleResolution node10 --esModuleInterop'],
      ['node16 from CommonJS', 'types.cts', '--module nodenext'],
      ['node16 from ESM', 'types.mts', '--module nodenext'],
      ['bundler', 'shop.ts', '--module esnext --moduleResolution bundler'],
    ] as const
    for (const file of ['shop.ts', 'types.cts', 'types.mts']) {
      writeFileSync(join(project, file), TYPES)
    }
    const failures: string[] = []
    for (const [compiler, tsc] of await compilers()) {
      const row: Record<string, string> = { runtime: `TypeScript ${compiler}`, how: 'types' }
      for (const [resolution, file, flags] of resolutions) {
        // TypeScript 7 has no node10 any more.
        if (Number(compiler.split('.')[0]) >= 7 && resolution === 'node10') continue
        const shared = '--noEmit --strict --skipLibCheck --target es2022 --types node'
        const args = [...shared.split(' '), ...flags.split(' '), file]
        const { stdout } = await run(process.execPath, [tsc, ...args], { cwd: project }).catch(
          (failure: { stdout: string }) => failure,
        )
        row[resolution] = stdout === '' ? 'ok' : 'FAILED'
        if (stdout !== '') failures.push(`TypeScript ${compiler}, ${resolution}: ${stdout}`)
      }
      table.push(row)
    }
    expect(failures).toEqual([])
  })
})

/** Serves one request in each framework named on the command line and reads it from the side port. */
const SHOP = `
async function shop(framework) {
  const { createSideport, httpMetrics, instrumentHttp } = await load('sideport')
  const { Registry } = await load('prom-client')
  const sideport = createSideport({
    catalogue: httpMetrics(['shop']), exporter: 'shop', registry: new Registry(),
  })
  const http = instrumentHttp({ metrics: sideport.metrics })
  const standard = (module) => module.default ?? module
  const serve = {
    async 'node:http'() {
      const { createServer } = await load('node:http')
      const server = createServer((request, response) => response.end('ok'))
      http.attach(server, { route: () => '/things/:id' })
      return server.listen(0)
    },
    async hono() {
      const { Hono } = await load('hono')
      const { serve } = await load('@hono/node-server')
      const app = new Hono().get('/things/:id', (c) => c.text('ok'))
      const server = serve({ fetch: app.fetch, port: 0 })
      http.attach(server, (await load('sideport/hono')).honoRoutes(app))
      return server
    },
    async express(name = 'express') {
      const app = standard(await load(name))()
      app.get('/things/:id', (request, response) => response.send('ok'))
      const server = app.listen(0)
      http.attach(server, (await load('sideport/express')).expressRoutes(app))
      return server
    },
    express4() {
      return this.express('express4')
    },
    async fastify() {
      const app = standard(await load('fastify'))()
      http.attach(app.server, (await load('sideport/fastify')).fastifyRoutes(app))
      app.get('/things/:id', async () => 'ok')
      await app.listen({ port: 0 })
      return app.server
    },
    async koa() {
      const app = new (standard(await load('koa')))()
      const Router = standard(await load('@koa/router'))
      const router = new Router().get('/things/:id', (context) => { context.body = 'ok' })
      app.use(router.routes())
      const server = app.listen(0)
      http.attach(server, (await load('sideport/koa')).koaRoutes(app))
      return server
    },
  }
  const server = await serve[framework]()
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const side = await sideport.listen({ port: 0, host: '127.0.0.1' })
  await (await fetch('http://localhost:' + server.address().port + '/things/7')).text()
  const counted = 'http_requests_total{method="GET",route="/things/:id",status_code="200"} 1'
  for (let attempt = 0; attempt < 500; attempt++) {
    if ((await (await fetch(side.url)).text()).includes(counted)) return 'ok'
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return 'not counted'
}

async function main() {
  const results = {}
  for (const name of process.argv.slice(2)) {
    results[name] = await shop(name).catch((error) => String(error))
  }
  console.log(JSON.stringify(results))
  process.exit()
}
main()
`

const TYPES = `
import { createServer } from 'node:http'
import express from 'express'
import { Hono } from 'hono'
import { Registry } from 'prom-client'
import { counter, createSideport, httpMetrics, instrumentHttp, instrumentRuntime, oneOf, runtimeMetrics } from 'sideport'
import { expressRoutes } from 'sideport/express'
import { honoRoutes } from 'sideport/hono'
import { fastifyRoutes } from 'sideport/fastify'
import { koaRoutes } from 'sideport/koa'

const labels = [oneOf('paid', ['cash', 'card'])] as const
const orders = counter({ name: 'shop_orders_total', help: 'x', labels, exportedBy: ['shop'] })
const catalogue = { orders, ...runtimeMetrics(['shop']), ...httpMetrics(['shop']) }
const sideport = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
instrumentRuntime(sideport)
sideport.metrics.orders.inc({ paid: 'card' })
// @ts-expect-error
sideport.metrics.orders.inc({ paid: 'cheque' })
const http = instrumentHttp({ metrics: sideport.metrics })
http.attach(createServer(), expressRoutes(express()))
http.attach(createServer(), honoRoutes(new Hono()))
http.attach(createServer(), { route: ({ url }) => url })
export { fastifyRoutes, koaRoutes }
`
