import { readFileSync } from 'node:fs'
import { catalogue } from '@verifluence/api/catalogue'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const readme = read('README.md')

/** What is left for the eye when tags, quote marks and emphasis are taken away. */
const words = (text: string) =>
  text
    .replaceAll(/<[^>]+>|^>|\*\*|\\$/gm, '')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ')

test('the README quotes the message as Alertmanager renders it', () => {
  const message = read('monitoring/test/telegram/golden/one-critical-alert.html')
  const quoted = readme.split('\n').filter((line) => line.startsWith('>'))
  expect(words(quoted.join('\n'))).toBe(words(message))
})

test('the README shows only series that the catalogue promises', () => {
  const samples = [...readme.matchAll(/^(vf_\w+)\{service="\w+",(.*)\} \S+$/gm)]
  expect(samples).not.toHaveLength(0)
  for (const [, name, labels = ''] of samples) {
    const metric = Object.values(catalogue).find((definition) => definition.name === name)
    const declared = metric?.labels.flatMap(({ names }) => names)
    expect(declared, name).toEqual([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label))
  }
})

const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

test('every script of the project is in the table of the README', () => {
  const rows = [...readme.matchAll(/^\| `npm (?:run )?(\w+)` \|/gm)].map(([, name]) => name)
  expect(rows.sort()).toEqual([...scripts].sort())
})

test('every command of the README is a script of the project', () => {
  const commands = [...readme.matchAll(/`npm (?:run )?(\w+)/g)].map(([, command]) => command)
  expect(scripts).toEqual(expect.arrayContaining(commands))
})
