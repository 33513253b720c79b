import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '@verifluence/toolchain'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ruleGroups } from '../../src/generate/rules.ts'
import { mutationsOf } from '../../src/rule-testing/mutants/expression.ts'
import { mutantsOf } from '../../src/rule-testing/mutants/mutants.ts'
import { scenariosAbout } from '../../src/rule-testing/mutants/run.ts'

const original = ruleGroups()
const mutants = mutantsOf(original)

test('thresholds, waits, matchers and aggregations of a rule are all changed', () => {
  const changed = mutationsOf('max by (env) (x{job="a|b"}[5m]) > 600').map(({ expr }) => expr)
  expect(changed).toContain('max by (env) (x{job="a|b"}[5m]) > 1200')
  expect(changed).toContain('max by (env) (x{job="a|b"}[5m]) < 600')
  expect(changed).toContain('min by (env) (x{job="a|b"}[5m]) > 600')
  expect(changed).toContain('max by () (x{job="a|b"}[5m]) > 600')
  expect(changed).toContain('max by (env) (x{}[5m]) > 600')
  expect(changed).toContain('max by (env) (x{job!="a|b"}[5m]) > 600')
})

test('every mutant is a rule that Prometheus accepts, and differs from the rule it was made of', async () => {
  const groups = mutants.map(({ groups: changed }, index) => ({
    name: String(index),
    // What was not changed is the same object still.
    rules: changed.flatMap(({ rules }, group) =>
      [...rules].filter((rule, at) => rule !== original[group]?.rules[at]),
    ),
  }))
  expect(groups.filter(({ rules }) => rules.length !== 1)).toEqual([])
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, stringify({ groups }, { aliasDuplicateObjects: false }))
  const { code, stdout, stderr } = await runTool('promtool', ['check', 'rules', file])
  rmSync(folder, { recursive: true, force: true })
  expect(code, stdout + stderr).toBe(0)
})

test('every rule has a rule test that could kill a mutant', () => {
  const rules = [...new Set(mutants.map(({ rule }) => rule))]
  expect(rules.filter((rule) => scenariosAbout(rule).length === 0)).toEqual([])
})
