import { describe, expect, it } from 'vitest'
import { readPage } from '../../src/docs/pages.ts'
import { checkExpression } from '../../src/expressions/check.ts'
import { knownSeries } from '../../src/expressions/known.ts'

const HAND_WRITTEN = ['docs/index.md', 'docs/runbooks.md', 'docs/alerting.md'] as const

const commands = [
  ...readPage('docs/runbooks.md').matchAll(/promtool query instant "\$PROMETHEUS" '(.*)'/g),
].map(([, expr = '']) => expr)

describe('the commands of the runbooks', () => {
  it('are many', () => expect(commands.length).toBeGreaterThan(25))

  it.each(commands)('%s is sound and reads what exists', (expr) => {
    expect(checkExpression(expr)).toEqual([])
  })
})

/** A name in the text: a metric, with or without what a histogram adds. */
const isKnown = (name: string) => knownSeries.has(name) || knownSeries.has(`${name}_bucket`)

it.each(HAND_WRITTEN)('every metric that %s names is in the catalogue', (page) => {
  const named = [...readPage(page).matchAll(/\b(vf_\w+|(?:nodejs|process)_\w+_\w+)\b/g)].map(
    ([, name = '']) => name,
  )
  expect(named.filter((name) => !isKnown(name))).toEqual([])
})
