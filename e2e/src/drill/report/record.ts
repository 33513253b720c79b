import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT, type Report } from '@verifluence/testkit'
import { compareWithProduction, findBinary } from '@verifluence/toolchain'
import type { DrillArguments } from '../arguments.ts'

const FILE = join(PROJECT, 'docs', 'reference', 'drills.md')

/** One section of the page per mode; recording one leaves the others unchanged. */
const SECTIONS: Readonly<Record<DrillArguments['mode'], { title: string; says: string }>> = {
  drills: {
    title: 'Drills',
    says: '`npm run drill` causes each failure for real, on whole systems of their own, with the production rules, routes, templates and intervals, and waits for the message. *after* counts from the fault to the message, *resolved after* from recovery to the resolved message. Where the fault has nothing to show at first, *after* counts from when it has: a backdated heartbeat or row from the moment it names, F12 from the last webhook that arrived, F22 from the first message that could not be delivered, F23 to F25 from the kill, which comes after the first heartbeat outside.',
  },
  month: {
    title: 'A month',
    says: '`npm run drill -- --month` simulates 30 ordinary days, scrape by scrape, in Prometheus’ own rule evaluation: first undisturbed, then with each failure at ten random moments. The times include the evaluation interval and `group_wait`.',
  },
  simulation: {
    title: 'Random weather',
    says: '`npm run drill -- --simulate N --seed S` simulates random days: traffic, deploys, restarts, lost scrapes and chance that must not alert, and causes that must. promtool evaluates the production rules, a model of Alertmanager groups and sends, and five laws compare the messages with the ground truth: *heard* within the limit, *quiet* without a cause, *calm* (one firing and one resolved message in 30 minutes), *honest* (resolved means resolved, and everything is closed), *one* (one cause, one alert).',
  },
  mutants: {
    title: 'Mutants',
    says: '`npm run drill -- --mutants` changes every threshold, wait, matcher, aggregation, window and operator of every rule, one at a time, and runs the rule tests against each of these rules. A mutant that no rule test kills survives.',
  },
}

const INTRODUCTION = `# What the drills showed

The last recorded results (\`npm run drill -- --record\`). Each alert is proven from the fault to the
message; what must stay quiet runs as well. The failures are data in \`e2e/src/drill/faults\`.
`

/** Writes a result into the page, with its date and versions. */
export async function record(mode: DrillArguments['mode'], { recorded }: Report): Promise<void> {
  const { title, says } = SECTIONS[mode]
  const section = [`## ${title}`, '', says, '', await circumstances(), '', ...recorded, ''].join(
    '\n',
  )
  const page = existsSync(FILE) ? readFileSync(FILE, 'utf8') : INTRODUCTION
  writeFileSync(FILE, withSection(page, title, section))
}

async function circumstances(): Promise<string> {
  const [prometheus, alertmanager] = [
    await findBinary('prometheus'),
    await findBinary('alertmanager'),
  ]
  const { hash, isChanged } = await revision()
  const day = new Date().toISOString().slice(0, 16).replace('T', ' ')
  return `Recorded ${day} UTC at revision ${hash}${isChanged ? ', with changes' : ''}: ${compareWithProduction('Prometheus', 'prometheus', prometheus.version)}, ${compareWithProduction('Alertmanager', 'alertmanager', alertmanager.version)}, Node ${process.versions.node}, ${availableParallelism()} processors.`
}

/** Replaces or adds a section of the page. */
function withSection(page: string, title: string, section: string): string {
  const [introduction = INTRODUCTION, ...others] = page.split(/^(?=## )/m)
  const sections = new Map(others.map((text) => [/^## (.*)$/m.exec(text)?.[1] ?? '', text]))
  sections.set(title, section)
  const inOrder = Object.values(SECTIONS).flatMap((one) => sections.get(one.title) ?? [])
  return [introduction, ...inOrder].map((text) => `${text.trim()}\n`).join('\n')
}

const git = async (...args: string[]) =>
  (await promisify(execFile)('git', ['-C', PROJECT, ...args])).stdout.trim()

/** The commit under test, and whether the working tree differs from it, the page aside. */
async function revision(): Promise<{ readonly hash: string; readonly isChanged: boolean }> {
  const hash = await git('rev-parse', '--short', 'HEAD')
  const changes = await git('status', '--porcelain', '--', '.', ':!docs/reference/drills.md')
  return { hash, isChanged: changes !== '' }
}
