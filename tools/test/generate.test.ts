import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterAll, expect, test } from 'vitest'

const folder = temporaryFolder()
afterAll(folder.remove)

const COPIED = ['packages', 'api', 'monitoring', 'local', 'tools', 'operations', 'docs']
const FILES = ['package.json', 'tsconfig.json', 'README.md']

/** The project again, with its packages linked and its workspaces copied. */
function copyProject(): string {
  const copy = join(folder.path, 'project')
  for (const path of [...COPIED, ...FILES])
    cpSync(join(PROJECT, path), join(copy, path), { recursive: true })
  const packages = join(copy, 'node_modules')
  mkdirSync(join(packages, '@verifluence'), { recursive: true })
  for (const name of readdirSync(join(PROJECT, 'node_modules')))
    if (name !== '@verifluence' && name !== 'sideport')
      symlinkSync(join(PROJECT, 'node_modules', name), join(packages, name))
  for (const name of [
    'sideport',
    ...readdirSync(join(PROJECT, 'node_modules/@verifluence')).map((one) => `@verifluence/${one}`),
  ]) {
    const workspace = relative(PROJECT, realpathSync(join(PROJECT, 'node_modules', name)))
    symlinkSync(join(copy, workspace), join(packages, name))
  }
  return copy
}

const run = (copy: string, ...args: readonly string[]) => {
  const node = ['--conditions=source', ...args]
  const { stdout, stderr, status } = spawnSync(process.execPath, node, {
    cwd: copy,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

const STALE = `import { staleFiles } from './tools/src/check/generated.ts'
console.log((await staleFiles()).join('\\n'))`

test('one threshold changed in the job table changes rule, panel, docs and rule tests; forgotten, each file is named', () => {
  const copy = copyProject()
  const read = (path: string) => readFileSync(join(copy, path), 'utf8')
  const stale = () => run(copy, '--input-type=module', '--eval', STALE).trim()
  expect(stale()).toBe('')

  const table = join(copy, 'api/src/telemetry/jobs.ts')
  const changed = readFileSync(table, 'utf8').replace(
    '10 * MINUTE,\n    severity',
    '25 * MINUTE,\n    severity',
  )
  writeFileSync(table, changed)
  const rules = 'operations/clusters/prod/stage/monitoring/poller-staleness-rules.yaml'
  const dashboard = 'operations/clusters/prod/monitoring/dashboards/verifluence-worker.json'
  for (const path of [rules, dashboard, 'docs/reference/alerts.md'])
    expect(stale()).toContain(`${path} is not what its source says: run "npm run generate"`)

  run(copy, 'tools/src/generate/main.ts')
  expect(stale()).toBe('')
  expect(read(rules)).toContain(') > 1500')
  expect(read(dashboard)).toContain('"value": 1500')
  expect(read('docs/reference/alerts.md')).toContain('25m')
  const scenarios = `import { batteries } from './monitoring/src/rule-testing/index.ts'
console.log(batteries[0].scenarios[0].title)`
  expect(run(copy, '--input-type=module', '--eval', scenarios)).toContain('fires 1500 s after')
}, 120_000)
