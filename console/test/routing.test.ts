import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '@verifluence/toolchain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { telegramNotification } from '../src/server/fakes.ts'
import { readMatchers, readRouting, receiversOf } from '../src/server/routing.ts'

const value = fc.constantFrom('a', 'b', 'ab', '')
const matcher = fc
  .tuple(
    fc.constantFrom('x', 'y'),
    fc.constantFrom('=', '!=', '=~', '!~'),
    fc.constantFrom('a', 'b', 'a|b', 'a.*', '.+', ''),
  )
  .map(([name, op, text]) => `${name}${op}"${text}"`)
let count = 0
const route = fc.letrec((tie) => ({
  route: fc.record({
    receiver: fc.constant(''),
    matchers: fc.array(matcher, { maxLength: 2 }),
    continue: fc.boolean(),
    routes: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie('route'), { maxLength: 3 })),
  }),
})).route as fc.Arbitrary<Route>
interface Route {
  receiver: string
  matchers: string[]
  continue: boolean
  routes: Route[]
}

/** Gives every route a receiver of its own, so that the answer names the route. */
function named(node: Route): Route {
  count += 1
  return { ...node, receiver: `r${count}`, routes: node.routes.map(named) }
}
const all = (node: Route): string[] => [node.receiver, ...node.routes.flatMap(all)]

test('finds the receivers that amtool finds, for any tree of routes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'routes-'))
  await fc.assert(
    fc.asyncProperty(fc.array(route, { maxLength: 4 }), value, value, async (routes, x, y) => {
      const children = routes.map(named)
      const receivers = ['root', ...children.flatMap(all)].map((name) => ({ name }))
      const yaml = stringify({ route: { receiver: 'root', routes: children }, receivers })
      const file = join(folder, `${count}.yaml`)
      writeFileSync(file, yaml)
      const labels = { ...(x && { x }), ...(y && { y }) }
      const args = Object.entries(labels).map(([name, text]) => `${name}=${text}`)
      const said = await runTool('amtool', [
        'config',
        'routes',
        'test',
        `--config.file=${file}`,
        ...args,
      ])
      const expected = said.stdout.trim().split(',')
      expect(receiversOf(readRouting(yaml).root, labels).map(({ name }) => name)).toEqual(expected)
    }),
    { numRuns: 40, seed: 1 },
  )
}, 60_000)

test.each([
  ['{alertname="A",env="stage"}', ['alertname = A', 'env = stage']],
  ['a=~"b|c", d!="e", f!~g', ['a =~ b|c', 'd != e', 'f !~ g']],
  ['a="say \\"x, y\\""', ['a = say "x, y"']],
  ['', []],
])('reads the matchers %s', (text, expected) => {
  const shown = readMatchers(text).map(
    ({ name, value, isRegex, isEqual }) =>
      `${name} ${isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!='} ${value}`,
  )
  expect(shown).toEqual(expected)
})

test.each(['a', 'a=', '="b"', 'a="b" c="d"', '{a="b"'])('refuses the matchers %s', (text) => {
  expect(() => readMatchers(text)).toThrow(/is no matcher/)
})

test.each([
  ['🔴 WorkerDown · critical · stage\n…', 'WorkerDown', false],
  ['✅ WorkerDown resolved · stage\n…', 'WorkerDown', true],
  ['', '', false],
])('reads of the message %j which alert it is about', (text, alert, resolved) => {
  expect(telegramNotification({ at: 1, text })).toEqual({
    at: 1,
    channel: 'telegram',
    alert,
    resolved,
  })
})
