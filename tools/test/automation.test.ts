import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'
import {
  automationFaults,
  dependabotFaults,
  nodeVersionFaults,
  type ReadFile,
  scriptFaults,
  workflowFaults,
} from '../src/check/automation.ts'

/** The project's files, with one text replaced in one of them. */
function changed(file: string, before: string | RegExp, after: string): ReadFile {
  return (path) => {
    const text = readFileSync(join(PROJECT, path), 'utf8')
    if (path !== file) return text
    expect(text).toMatch(before)
    return text.replace(before, after)
  }
}

const WORKFLOW = '.github/workflows/ci.yml'

it('accepts the files of the project', async () => {
  expect(await automationFaults()).toEqual([])
})

describe('the workflow check names', () => {
  it.each([
    ['an unknown key', 'timeout-minutes', 'timeout-minuts', "Unexpected value 'timeout-minuts'"],
    ['an unknown value in an expression', 'matrix.node }}', 'matrx.node }}', "'matrx'"],
    ['a step with both run and uses', '- run: npm test', '- uses: a/b@v1\n        run: x', "'run'"],
    ['what is no YAML', 'name: CI', 'name: [', 'Flow sequence'],
  ])('%s', async (_, before, after, says) => {
    expect((await workflowFaults(changed(WORKFLOW, before, after))).join('\n')).toContain(says)
  })

  it.each([
    ['npm run check', 'npm run chek'],
    ['npm run try-node-versions', 'npm run try-nodes'],
  ])('a script that does not exist, instead of "%s"', (before, after) => {
    expect(scriptFaults(changed(WORKFLOW, before, after)).join('\n')).toContain(`runs "${after}`)
  })
})

describe('the Dependabot check names', () => {
  it('a manifest that is not updated', () => {
    const read = changed('.github/dependabot.yml', '[/, /bench]', '[/]')
    expect(dependabotFaults(read)).toEqual([
      '.github/dependabot.yml does not update npm in /bench: add it.',
    ])
  })

  it('a folder without a manifest', () => {
    const read = changed('.github/dependabot.yml', '/bench]', '/bench, /gone]')
    expect(dependabotFaults(read).join()).toContain('updates npm in /gone')
  })

  it('a Dockerfile that is new', () => {
    const read = changed('.github/dependabot.yml', '', '')
    const files = ['package-lock.json', 'bench/package-lock.json', WORKFLOW, 'new/Dockerfile']
    expect(dependabotFaults(read, files).join()).toContain('does not update docker in /new')
  })
})

describe('the check of Node versions names', () => {
  it.each([
    ['bootstrap.mjs', /OLDEST_NODE = .*/, 'OLDEST_NODE = [20, 19]'],
    ['package.json', /"@types\/node": "[^"]*"/, '"@types/node": "^24.0.0"'],
    [WORKFLOW, 'node: [22, 24]', 'node: [20, 24]'],
    ['compose.yaml', /FROM node:\d+/, 'FROM node:22'],
    ['packages/sideport/test/package/try-node-versions.ts', "'20', ", ''],
  ])('%s when it differs from the others', (file, before, after) => {
    const faults = nodeVersionFaults(changed(file, before, after))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(file)
  })
})
