import { batteries } from '@verifluence/monitoring/scenarios/index'
import { runBattery } from '@verifluence/monitoring/scenarios/run'
import type { Battery } from '@verifluence/monitoring/scenarios/scenario'
import { runTool } from '../binaries/index.ts'
import type { Mutant } from './mutants.ts'

/** Seconds that are told in a battery: what it costs. */
const length = ({ scenarios, evaluateEvery = 30 }: Battery) =>
  scenarios.reduce((sum, { lasts }) => sum + lasts / evaluateEvery, 0)

/** The stories about a rule, the short ones first. Recorded series have those of the alerts on them. */
export function storiesAbout(rule: string): Battery[] {
  const isRecorded = rule.includes(':')
  const about = batteries.flatMap((battery) => {
    const alerts = isRecorded ? readersOf(battery) : [rule]
    const isAbout =
      battery.alerts === undefined || alerts.some((name) => battery.alerts?.includes(name))
    return isAbout && alerts.length > 0 ? [{ ...battery, alerts }] : []
  })
  return about.sort((one, other) => length(one) - length(other))
}

/** Alerts that read recorded series. */
const READERS = ['ApiErrorBudgetBurn']
const readersOf = ({ alerts }: Battery) =>
  alerts === undefined ? READERS : READERS.filter((name) => alerts.includes(name))

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
