import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RuleGroup } from '../files/rules.ts'
import type { RunTool } from '../tools.ts'
import { promtoolTest } from './promtool.ts'
import type { Battery } from './scenario.ts'

/** What promtool said: every scenario held, or its complaints in its own words. */
export interface Verdict {
  readonly held: boolean
  readonly complaints: string
}

/** The rules a battery is about, and the recordings where one of them reads a recorded name. */
const rulesFor = ({ alerts, recordings }: Battery, groups: readonly RuleGroup[]) => {
  const wanted = groups.flatMap(({ rules }) =>
    rules.filter((rule) => 'alert' in rule && (alerts?.includes(rule.alert) ?? true)),
  )
  const record = recordings ?? wanted.some(({ expr }) => /\w:\w/.test(expr))
  const isNeeded = (rule: RuleGroup['rules'][number]) =>
    'record' in rule ? record : wanted.includes(rule)
  return groups.map((group) => ({ ...group, rules: group.rules.filter(isNeeded) }))
}

/** Tells the scenarios of a battery to the given rules. */
export const runBattery = async (
  battery: Battery,
  groups: readonly RuleGroup[],
  runTool: RunTool,
): Promise<Verdict> => {
  const folder = mkdtempSync(join(tmpdir(), 'rule-tests-'))
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: rulesFor(battery, groups) }))
    const test = promtoolTest(['rules.yaml'], battery)
    writeFileSync(join(folder, 'test.yaml'), stringify(test, { aliasDuplicateObjects: false }))
    const options = { cwd: folder }
    const { code, stdout, stderr } = await runTool(
      'promtool',
      ['test', 'rules', 'test.yaml'],
      options,
    )
    return { held: code === 0, complaints: `${stdout}${stderr}`.trim() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
