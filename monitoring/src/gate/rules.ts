import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RunTool } from '../tools.ts'
import { objectsOf, type Tree } from './tree.ts'

/** A rule as a file holds it. */
export interface WrittenRule {
  readonly file: string
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

interface Group {
  readonly rules?: readonly Omit<WrittenRule, 'file'>[]
}

const ruleFiles = (tree: Tree) =>
  objectsOf(tree)
    .filter(({ object }) => object.kind === 'PrometheusRule')
    .map(({ file, object }) => ({
      file,
      groups: (object.spec as { groups: readonly Group[] }).groups,
    }))

/** Every rule of the tree, with its file. */
export const rulesOf = (tree: Tree): WrittenRule[] =>
  ruleFiles(tree).flatMap(({ file, groups }) =>
    groups.flatMap(({ rules = [] }) => rules.map((rule) => ({ file, ...rule }))),
  )

/** `promtool check rules`, with every lint there is, on each file. */
export const checkRules = async (tree: Tree, runTool: RunTool): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'check-rules-'))
  try {
    const complaints: string[] = []
    for (const { file, groups } of ruleFiles(tree)) {
      const extracted = join(folder, 'rules.yaml')
      writeFileSync(extracted, stringify({ groups }, { aliasDuplicateObjects: false }))
      const args = ['check', 'rules', '--lint=all', '--lint-fatal', extracted]
      const { code, stdout, stderr } = await runTool('promtool', args)
      if (code === 0) continue
      const reason = `${stdout}${stderr}`.split(extracted).join('').replace(/\s+/g, ' ').trim()
      complaints.push(
        `${file}: promtool refuses its rules: ${reason}. Correct the alert in monitoring/src/components and generate.`,
      )
    }
    return complaints
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
