import { parseArgs } from 'node:util'
import { UserError } from '@verifluence/testkit'
import { drillNames } from './program.ts'

/** The arguments of `npm run drill --`. */
export interface DrillArguments {
  /** The drills to do; all of them when none is named. */
  readonly names: readonly string[]
  /** Instead of drills: the simulated month, or the mutation run over the rules. */
  readonly mode: 'drills' | 'month' | 'mutants'
  readonly json: string | undefined
  /** Whether to record the result in docs/reference/drills.md. */
  readonly record: boolean
  /** How many whole systems may run side by side. */
  readonly atOnce: number
  readonly help: boolean
}

export const USAGE = [
  'npm run drill [-- NAME… | --month | --mutants] [--json FILE] [--record] [--at-once N]',
  '',
  '  NAME…        only these drills; without a name all of them (about 40 minutes)',
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
  return {
    names: positionals,
    mode: values.month ? 'month' : values.mutants ? 'mutants' : 'drills',
    json: values.json,
    record: values.record,
    atOnce,
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        month: { type: 'boolean', default: false },
        mutants: { type: 'boolean', default: false },
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
