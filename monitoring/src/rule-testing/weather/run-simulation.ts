import { availableParallelism } from 'node:os'
import { inspect } from 'node:util'
import type { Report } from '@verifluence/testkit'
import { markdownTable } from '@verifluence/testkit'
import { alertmanagerConfig } from '../../alertmanager/config.ts'
import { type RuleGroup, ruleGroups } from '../../generate/rules.ts'
import { HOUR } from '../month/time.ts'
import { rulesAbout } from './candidates.ts'
import { LAWS, type Violation, violationsOf } from './laws.ts'
import { shrink } from './shrink.ts'
import { live } from './simulate.ts'
import { type Weather, weatherOf } from './weather.ts'

/** Days that share a run of promtool. */
const BATCH = 8
/** Kinds of violations of which one is shrunk; the others are counted. */
const SHRUNK = 12

interface Found extends Violation {
  readonly seed: number
}

export interface Simulation {
  readonly count: number
  readonly seed: number
}

/** Violations of one kind: the same law, alert and cause. */
const kindOf = ({ law, alert, cause }: Violation) => `${law} | ${alert} | ${cause}`

/** Simulates random days from a seed on and counts what breaks the five laws. */
export async function runSimulation(
  { count, seed }: Simulation,
  interrupted: AbortSignal,
  say: (line: string) => void,
  groups: readonly RuleGroup[] = ruleGroups(),
): Promise<Report> {
  const began = performance.now()
  const seeds = Array.from({ length: count }, (_, index) => seed + index)
  const found: Found[] = []
  let hours = 0
  let done = 0
  const work = async () => {
    for (let batch = seeds.splice(0, BATCH); batch.length > 0; batch = seeds.splice(0, BATCH)) {
      const lived = await live(batch.map(weatherOf), groups, alertmanagerConfig, { interrupted })
      for (const [index, day] of lived.entries()) {
        hours += day.day.lasts / HOUR
        const ofSeed = batch[index] ?? 0
        found.push(...violationsOf(day).map((one) => ({ ...one, seed: ofSeed })))
      }
      done += batch.length
      if (done % 40 < BATCH) say(`${done} of ${count} days, ${found.length} violations`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const seconds = (performance.now() - began) / 1000
  const kinds = kindsOf(found)
  const examples: string[] = []
  for (const [kind, list] of kinds.slice(0, SHRUNK)) {
    const [first] = list
    if (first === undefined) continue
    const smallest = await smallestOf(first, groups, interrupted)
    examples.push(`${list.length} × ${kind}, first in seed ${first.seed}: ${first.text}`)
    examples.push(...scenarioOf(smallest).map((line) => `    ${line}`))
    say(`shrunk: ${kind}`)
  }
  return reportOf({ count, seed }, found, kinds, examples, seconds / (hours / 24))
}

function kindsOf(found: readonly Found[]): [string, Found[]][] {
  const kinds = new Map<string, Found[]>()
  for (const one of found) kinds.set(kindOf(one), [...(kinds.get(kindOf(one)) ?? []), one])
  return [...kinds].sort(([, one], [, other]) => other.length - one.length)
}

/** The smallest day that still shows a violation of that kind. */
export const smallestOf = (
  violation: Found,
  groups: readonly RuleGroup[],
  interrupted?: AbortSignal,
): Promise<Weather> =>
  shrink(weatherOf(violation.seed), async (candidates) => {
    const about = rulesAbout(violation.alert.split(' or '), groups)
    const lived = await live(candidates, about, alertmanagerConfig, { interrupted })
    return lived.map((day) => violationsOf(day).some((one) => kindOf(one) === kindOf(violation)))
  })

/** A day as a scenario that can be kept in a test. */
export const scenarioOf = (weather: Weather): string[] =>
  inspect(weather, { depth: 4, breakLength: 110, compact: 4 }).split('\n')

function reportOf(
  { count, seed }: Simulation,
  found: readonly Found[],
  kinds: readonly [string, Found[]][],
  examples: readonly string[],
  perDay: number,
): Report {
  const byLaw = LAWS.map((law) => [law, found.filter((one) => one.law === law).length] as const)
  const bad = new Set(found.map((one) => one.seed)).size
  const sum = `${count} random days from seed ${seed}: ${found.length} violations on ${bad} days, ${perDay.toFixed(1)} s for each 24 simulated hours.`
  return {
    held: found.length === 0,
    lines: [
      ...kinds.map(
        ([kind, list]) => `${String(list.length).padStart(5)}  ${kind}  (seed ${list[0]?.seed})`,
      ),
      '',
      ...examples,
      '',
      ...byLaw.map(([law, times]) => `${law.padEnd(8)} ${times}`),
      sum,
    ],
    recorded: [
      ...markdownTable(
        ['law', 'violations'],
        byLaw.map(([law, times]) => [law, String(times)]),
      ),
      '',
      sum,
    ],
    figures: [
      ...byLaw.map(([law, value]) => ({
        name: `simulation: violations of ${law}`,
        value,
        unit: 'violations',
        limit: 0,
        held: value === 0,
        days: count,
      })),
      {
        name: 'simulation: one simulated day',
        value: Math.round(perDay * 10) / 10,
        unit: 's',
        limit: null,
        held: null,
      },
    ],
  }
}
