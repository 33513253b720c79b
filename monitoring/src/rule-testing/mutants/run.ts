import { runTool } from '@verifluence/toolchain'
import type { Battery } from '../index.ts'
import { batteries, runBattery } from '../index.ts'
import type { Mutant } from './mutants.ts'

/** Seconds that are told in a battery: what it costs. */
const length = ({ scenarios, evaluateEvery = 30 }: Battery) =>
  scenarios.reduce((sum, { lasts }) => sum + lasts / evaluateEvery, 0)

/** Alerts that read recorded series. */
const READERS = ['ApiErrorBudgetBurn']

/** The battery as told about one rule; none when it is not about it. */
function about(rule: string, battery: Battery): Battery[] {
  if (!rule.includes(':')) {
    const isAbout = battery.alerts?.includes(rule) ?? true
    return isAbout ? [{ ...battery, alerts: [rule] }] : []
  }
  const readers = READERS.filter((name) => battery.alerts?.includes(name) ?? true)
  const isAbout = battery.recordings ?? readers.length > 0
  return isAbout ? [{ ...battery, alerts: readers }] : []
}

/** The stories about a rule, the short ones first. */
export const storiesAbout = (rule: string): Battery[] =>
  batteries
    .flatMap((battery) => about(rule, battery))
    .sort((one, other) => length(one) - length(other))

/** Whether any story notices the change. */
export async function isKilled(
  { rule, groups }: Mutant,
  interrupted: AbortSignal,
): Promise<boolean> {
  for (const battery of storiesAbout(rule)) {
    const { held } = await runBattery(battery, groups, (name, args, options) =>
      runTool(name, args, { ...options, signal: interrupted }),
    )
    if (!held) return true
  }
  return false
}
