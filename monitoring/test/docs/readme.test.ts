import { readFileSync } from 'node:fs'
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

const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

const guide = read('docs/guides/run-locally.md')

test('every script of the project is in the table of commands', () => {
  const rows = [...guide.matchAll(/^\| `npm (?:run )?(\w+)` \|/gm)].map(([, name]) => name)
  expect(rows.sort()).toEqual([...scripts].sort())
})

test('every command of the README and the guide is a script of the project', () => {
  const commands = [...`${readme}${guide}`.matchAll(/`npm (?:run )?(\w+)/g)].map(([, name]) => name)
  expect(scripts).toEqual(expect.arrayContaining(commands))
})

test('the README has at most 900 words', () => {
  expect(readme.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(900)
})
