import { parseArgs } from 'node:util'
import { UserError } from '@verifluence/testkit'
import { drillNames } from './program.ts'

/** The arguments of `npm run drill --`. */
export interface DrillArguments {
  /** The drills to do; all of them when none is named. */
  readonly names: readonly string[]
  /** Instead of drills: the simulated month, random days, or the mutation run over the rules. */
  readonly mode: 'drills' | 'month' | 'mutants' | 'simulation'
  /** How many random days from which seed on. */
  readonly simulation: { readonly count: number; readonly seed: number }
  readonly json: string | undefined
  /** Whether to record the result in docs/reference/drills.md. */
  readonly record: boolean
  /** How many whole systems may run side by side. */
  readonly atOnce: number
  readonly help: boolean
}

export const USAGE = [
  'npm run drill [-- NAME… | --simulate N [--seed S] | --month | --mutants] [--json FILE] [--record]',
  '',
  '  NAME…        only these drills; without a name all of them (about 40 minutes)',
  '  --simulate N  random days of the whole system, checked against five laws',
  '  --seed S     the first of them [1]; the same seed gives the same day',
  '  --month      a simulated ordinary month, and every failure ten times in it',
  '  --mutants    every rule mutated in every way: does a rule test fail?',
  '  --json FILE  the figures as a list',
  '  --record     writes the result into docs/reference/drills.md',
  '  --at-once N  whole systems side by side [4]; each takes about 0.6 GB',
  '',
  `Drills: ${drillNames.join(', ')}`,
]

/** @throws UserError for an argument or a drill that does not exist. */
export function readArguments(args: readonly string[]): DrillArguments {
  const { values, positionals } = parse(args)
  const unknown = positionals.filter((name) => !drillNames.includes(name))
  if (unknown.length > 0) {
    throw new UserError(
      `There is no drill named ${unknown.join(', ')}: name any of ${drillNames.join(', ')}.`,
    )
  }
  const atOnce = Number(values['at-once'])
  if (!Number.isInteger(atOnce) || atOnce < 1) {
    throw new UserError(`--at-once takes a whole number from 1 on, not "${values['at-once']}".`)
  }
  if (values.record && positionals.length > 0) {
    throw new UserError('--record needs all drills: leave the names out.')
  }
  const [count, seed] = [wholeNumber('simulate', values.simulate), wholeNumber('seed', values.seed)]
  return {
    names: positionals,
    mode: modeOf(values),
    simulation: { count, seed },
    json: values.json,
    record: values.record,
    atOnce,
    help: values.help,
  }
}

const modeOf = (values: { simulate: string; month: boolean; mutants: boolean }) => {
  if (values.simulate !== '0') return 'simulation'
  return values.month ? 'month' : values.mutants ? 'mutants' : 'drills'
}

function wholeNumber(name: string, written: string): number {
  if (!/^\d{1,9}$/.test(written))
    throw new UserError(`--${name} takes a whole number from 0 to 999999999, not "${written}".`)
  return Number(written)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        month: { type: 'boolean', default: false },
        mutants: { type: 'boolean', default: false },
        simulate: { type: 'string', default: '0' },
        seed: { type: 'string', default: '1' },
        json: { type: 'string' },
        record: { type: 'boolean', default: false },
        'at-once': { type: 'string', default: '4' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`${reason.split('. ')[0]}. See npm run drill -- --help.`)
  }
}
