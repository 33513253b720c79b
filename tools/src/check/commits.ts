/** `.ci/run`: the subjects of all commits since the rule holds. CONTRIBUTING.md describes the form. */
import { execFileSync } from 'node:child_process'
import { PROJECT, readCommandLine } from '@verifluence/testkit'

const SINCE = 'a599f21'
const LONGEST = 72
const SCOPED = /^(?<scope>[a-z][a-z0-9-]*): (?<verb>\S+)/
const NOT_IMPERATIVE = /^(?!(embed|exceed|feed|need|seed|shed|speed|bring|string)$)\w+(ed|ing)$/

/** What is wrong with a subject; `undefined` when nothing is. */
export function subjectFault(subject: string): string | undefined {
  if (subject.length > LONGEST) return `has ${subject.length} characters, ${LONGEST} are allowed`
  const { verb } = SCOPED.exec(subject)?.groups ?? {}
  if (verb === undefined)
    return 'has no scope, as in "alerts: keep ApiDown firing through a deploy"'
  if (NOT_IMPERATIVE.test(verb)) return `starts with "${verb}" instead of an imperative`
  if (subject.endsWith('.')) return 'ends with a full stop'
  return undefined
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function commitFaults(): string[] {
  try {
    git('merge-base', '--is-ancestor', SINCE, 'HEAD')
  } catch {
    return [`commit ${SINCE} is missing: fetch the whole history ("git fetch --unshallow").`]
  }
  return git('log', '--no-merges', '--format=%h %s', `${SINCE}..HEAD`)
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const subject = line.slice(line.indexOf(' ') + 1)
      const fault = subjectFault(subject)
      return fault === undefined ? [] : [`commit ${line}: the subject ${fault}.`]
    })
}

if (process.argv[1] === import.meta.filename) {
  readCommandLine(
    ['node bootstrap.mjs commits', '', `Checks the subjects of commits since ${SINCE}.`],
    {},
  )
  const faults = commitFaults()
  for (const fault of faults) console.error(fault)
  console.log(`${faults.length === 0 ? 'ok    ' : 'FAILED'} commit subjects`)
  process.exit(faults.length === 0 ? 0 : 1)
}
