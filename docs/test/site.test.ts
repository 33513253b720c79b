import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alerts } from '@verifluence/monitoring/alerts'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const VITEPRESS = join(ROOT, 'node_modules', 'vitepress', 'bin', 'vitepress.js')

let site: string
beforeAll(() => {
  site = mkdtempSync(join(tmpdir(), 'site-'))
  execFileSync(process.execPath, [VITEPRESS, 'build', 'docs', '--outDir', site], {
    cwd: ROOT,
    stdio: 'pipe',
  })
}, 180_000)
afterAll(() => rmSync(site, { recursive: true, force: true }))

const page = (path: string) => readFileSync(join(site, `${path}.html`), 'utf8')

it('has a section at the address that each alert links to', () => {
  const runbooks = page('runbooks')
  const missing = alerts.filter(({ name }) => !runbooks.includes(`id="${name.toLowerCase()}"`))
  expect(missing.map(({ name }) => name)).toEqual([])
})

it('makes the anchors that GitHub makes', () => {
  expect(page('reference/api-metrics')).toContain('id="vf_http_requests_total"')
})

it('draws diagrams for light and dark', () => {
  const images = page('architecture').match(
    /<img class="diagram-(light|dark)"[^>]* src="data:image/g,
  )
  expect(images).toHaveLength(2)
})

it('can be searched', () => {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' })
  const index = files.find((file) => /localSearchIndex/.test(file)) ?? ''
  expect(readFileSync(join(site, index), 'utf8')).toContain('/runbooks#workerdown')
})
