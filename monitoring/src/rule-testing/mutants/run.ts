import { runTool } from '@verifluence/toolchain'
import type { Battery } from '../index.ts'
import { batteries, runBattery } from '../index.ts'
import type { Mutant } from './mutants.ts'

/** Simulated seconds of a test suite: its cost. */
const length = ({ scenarios, evaluateEvery = 30 }: Battery) =>
  scenarios.reduce((sum, { lasts }) => sum + lasts / evaluateEvery, 0)

/** Alerts that read recorded series. */
const READERS = ['ApiErrorBudgetBurn']

/** The test suite restricted to one rule; `undefined` when it does not concern it. */
function about(rule: string, battery: Battery): Battery[] {
  if (!rule.includes(':')) {
    const isAbout = battery.alerts?.includes(rule) ?? true
    return isAbout ? [{ ...battery, alerts: [rule] }] : []
  }
  const readers = READERS.filter((name) => battery.alerts?.includes(name) ?? true)
  const isAbout = battery.recordings ?? readers.length > 0
  return isAbout ? [{ ...battery, alerts: readers }] : []
}

/** The scenarios about a rule, the short ones first. */
export const scenariosAbout = (rule: string): Battery[] =>
  batteries
    .flatMap((battery) => about(rule, battery))
    .sort((one, other) => length(one) - length(other))

/** Whether any rule test kills the mutant. */
export async function isKilled(
  { rule, groups }: Mutant,
  interrupted: AbortSignal,
): Promise<boolean> {
  for (const battery of scenariosAbout(rule)) {
    const { held } = await runBattery(battery, groups, (name, args, options) =>
      runTool(name, args, { ...options, signal: interrupted }),
    )
    if (!held) return true
  }
  return false
}
