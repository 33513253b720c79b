import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { KUSTOMIZATIONS, SECRETS } from '../../src/deployed/checks.ts'

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8')
const guide = read('docs/guides/deploy.md')
const pages = [guide, read('docs/guides/scaling.md')]
const blocks = pages.flatMap((page) =>
  [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, text = '']) => text),
)
const commands = blocks.flatMap((block) =>
  block
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean),
)
const starting = (start: string) => commands.filter((command) => command.startsWith(start))
const option = (command: string, name: string) => new RegExp(`${name}[ =](\\S+)`).exec(command)?.[1]

const sync = 'operations/clusters/prod/sync'
const kustomizations = readdirSync(join(PROJECT, sync)).flatMap((file) =>
  parseAllDocuments(read(`${sync}/${file}`)).map((document) => document.toJS()),
)

test('every command of the guides is valid shell', () => {
  expect(commands.length).toBeGreaterThan(20)
  for (const block of blocks) {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: block, encoding: 'utf8' })
    expect(status, `${block}${stderr}`).toBe(0)
  }
})

test('the guide creates every Secret with its keys, before Flux applies the tree', () => {
  const created = starting('kubectl -n')
    .filter((command) => command.includes('create secret generic'))
    .map((command) => {
      const [, namespace, name] = /-n (\S+) create secret generic (\S+)/.exec(command) ?? []
      const keys = [...command.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => key)
      return { namespace, name, keys }
    })
  for (const { namespace, name, keys } of SECRETS) {
    const found = created.find((one) => one.namespace === namespace && one.name === name)
    expect(found, `${namespace}/${name}`).toBeDefined()
    if (name !== 'backend-env') expect(found?.keys).toEqual(keys)
  }
  expect(guide.indexOf('create secret')).toBeLessThan(guide.indexOf('flux create kustomization'))
})

test('the table of Secrets in operations/README.md is the one that is checked after a deploy', () => {
  const rows = [
    ...read('operations/README.md').matchAll(/^\| `([\w-]+)` \| `(\w+)`.*?\| (.*?) \|/gm),
  ]
  expect(rows.map(([, name, namespace]) => `${namespace}/${name}`)).toEqual(
    SECRETS.map(({ namespace, name }) => `${namespace}/${name}`),
  )
  for (const [, name, , keys = ''] of rows.filter(([, name]) => name !== 'backend-env'))
    for (const key of SECRETS.find((secret) => secret.name === name)?.keys ?? [])
      expect(keys).toContain(`\`${key}\``)
})

test('the Flux Kustomizations of the guide and of the check are those of the tree, with what each waits for', () => {
  const names = kustomizations.map(({ metadata }) => metadata.name)
  expect([...KUSTOMIZATIONS].sort()).toEqual(names.sort())
  for (const { metadata, spec } of kustomizations) {
    const row = new RegExp(`^\\| \`${metadata.name}\` \\| (.*?) \\|`, 'm').exec(guide)?.[1]
    const waits = (spec.dependsOn ?? []).map(({ name }: { name: string }) => name)
    for (const name of waits) expect(row, metadata.name).toContain(`\`${name}\``)
    if (waits.length === 0) expect(row).toBe('–')
  }
  for (const command of starting('flux reconcile kustomization'))
    expect(names).toContain(command.split(' ')[3])
})

test('Deployments, namespaces and paths that the commands name are in the tree', () => {
  const namespaces = ['monitoring', 'stage']
  for (const command of starting('kubectl -n')) expect(namespaces).toContain(option(command, '-n'))
  for (const command of starting('kubectl -n stage').filter((one) => one.includes('deployment')))
    expect(command).toMatch(/deployment (api|worker)\b/)
  for (const command of starting('flux create'))
    expect(existsSync(join(PROJECT, option(command, '--path') ?? 'none'))).toBe(true)
})

test('the npm scripts of the guides exist', () => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const command of starting('npm run'))
    expect(Object.keys(scripts)).toContain(command.split(' ')[2])
})

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0

test.skipIf(!hasKubectl)(
  'kubectl itself accepts the commands that create Secrets and namespaces',
  () => {
    const creating = commands
      .filter((command) => /kubectl .*create (secret|namespace)/.test(command))
      .filter((command) => !command.includes('--from-env-file'))
    expect(creating.length).toBeGreaterThan(5)
    for (const command of creating) {
      const [create = ''] = command.replace(/ --dry-run.*$/, '').split(' | ')
      const { status, stderr } = spawnSync('sh', ['-c', `${create} --dry-run=client -o yaml`], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, KUBECONFIG: '/dev/null' },
      })
      expect(status, `${create}: ${stderr}`).toBe(0)
    }
  },
)
