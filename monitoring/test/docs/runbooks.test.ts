import { jobNames } from '@verifluence/api/jobs'
import { describe, expect, it } from 'vitest'
import { staleAlert } from '../../src/components/jobs/alerts.ts'
import { readPage } from '../../src/docs/pages.ts'
import { checkExpression } from '../../src/expressions/check.ts'
import { knownSeries } from '../../src/expressions/known.ts'

const PAGES_WITH_COMMANDS = [
  'docs/runbooks.md',
  'docs/reference/webhook-metrics.md',
  'docs/reference/worker-metrics.md',
] as const
const HAND_WRITTEN = ['docs/index.md', 'docs/runbooks.md', 'docs/guides/alerting.md'] as const

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

const sections = new Map(
  readPage('docs/runbooks.md')
    .split(/^#{2,3} /m)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

it.each(jobNames.filter((job) => job !== 'viewer-poll').map(staleAlert))(
  '%s says how to run the job instead of waiting for its time',
  (alert) => expect(sections.get(alert)).toContain('(#run-a-job)'),
)

it('stops Flux before anything is changed that Flux would change back', () => {
  const byHand = [...sections].filter(([, text]) => /rollout undo|kubectl .*scale/.test(text))
  expect(byHand.map(([title]) => title)).toEqual(['Roll back'])
  expect(sections.get('Roll back')).toMatch(/flux suspend[\s\S]*rollout undo/)
})

it.each(PAGES_WITH_COMMANDS)('%s shows logs of all pods, and runs compiled commands', (page) => {
  const text = readPage(page)
  expect(text).not.toMatch(/logs\s+deploy\//)
  expect(text).not.toMatch(/-- node .*\.ts/)
})

it.each(PAGES_WITH_COMMANDS)('%s passes over pods that never had another container', (page) => {
  const previous = readPage(page).match(/logs -l [^`\n]*--previous[^`\n]*/g) ?? []
  expect(previous.filter((command) => !command.includes('--ignore-errors'))).toEqual([])
})
