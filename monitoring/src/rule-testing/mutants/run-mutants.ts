import { availableParallelism } from 'node:os'
import type { Report } from '@verifluence/testkit'
import { markdownTable } from '@verifluence/testkit'
import { ruleGroups } from '../../generate/rules.ts'
import { reasonFor } from './explained.ts'
import { type Mutant, mutantsOf } from './mutants.ts'
import { isKilled } from './run.ts'

/** At least this share must be noticed. */
const ENOUGH = 0.95

/** Mutates every rule and finds the mutants that no rule test kills. */
export async function runMutants(
  interrupted: AbortSignal,
  say: (line: string) => void,
): Promise<Report> {
  const mutants = mutantsOf(ruleGroups())
  say(`${mutants.length} mutants of the rules, run against their rule tests`)
  const survivors: Mutant[] = []
  let done = 0
  const waiting = [...mutants]
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      if (!(await isKilled(mutant, interrupted))) {
        survivors.push(mutant)
        say(`survives: ${mutant.rule} ${mutant.what}`)
      }
      done += 1
      if (done % 100 === 0) say(`${done} of ${mutants.length}, ${survivors.length} survive`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return reportOf(mutants, survivors)
}

const UNEXPLAINED = '!! survives without an explanation'

/** Each reason once, with how often it was needed. */
function reasonsOf(survivors: readonly Mutant[]): string[] {
  const reasons = survivors.map((mutant) => reasonFor(mutant) ?? UNEXPLAINED)
  return [...new Set(reasons)].map(
    (reason) => `- ${reasons.filter((one) => one === reason).length} × ${reason}`,
  )
}

function reportOf(mutants: readonly Mutant[], survivors: readonly Mutant[]): Report {
  const unexplained = survivors.filter((mutant) => reasonFor(mutant) === undefined)
  const share = 1 - survivors.length / mutants.length
  const kinds = [...new Set(mutants.map(({ kind }) => kind))].sort()
  const of = (list: readonly Mutant[], kind: string) =>
    list.filter((mutant) => mutant.kind === kind).length
  const counts = kinds.map((kind) => [
    kind,
    String(of(mutants, kind)),
    String(of(mutants, kind) - of(survivors, kind)),
    String(of(survivors, kind)),
  ])
  const sum = `${mutants.length} mutants, ${mutants.length - survivors.length} killed (${(share * 100).toFixed(1)} %), ${survivors.length} survive, ${unexplained.length} of them unexplained.`
  return {
    held: share >= ENOUGH && unexplained.length === 0,
    lines: [
      ...counts.map(
        ([kind = '', all, , alive]) => `${kind.padEnd(12)} ${all} mutants, ${alive} survive`,
      ),
      '',
      ...survivors.flatMap((mutant) => [
        `${mutant.rule}: ${mutant.what}`,
        `    ${reasonFor(mutant) ?? UNEXPLAINED}`,
      ]),
      '',
      sum,
    ],
    recorded: [
      ...markdownTable(['what is changed', 'mutants', 'killed', 'survive'], counts),
      '',
      sum,
      '',
      ...reasonsOf(survivors),
    ],
    figures: [
      { name: 'mutants', value: mutants.length, unit: 'mutants', limit: null, held: null },
      {
        name: 'mutants killed',
        value: Math.round(share * 1000) / 10,
        unit: '%',
        limit: ENOUGH * 100,
        held: share >= ENOUGH,
      },
      {
        name: 'unexplained survivors',
        value: unexplained.length,
        unit: 'mutants',
        limit: 0,
        held: unexplained.length === 0,
      },
    ],
  }
}
