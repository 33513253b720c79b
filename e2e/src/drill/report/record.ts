import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Report } from '@verifluence/testkit'
import { PROJECT } from '@verifluence/testkit'
import { findBinary } from '@verifluence/toolchain'
import type { DrillArguments } from '../arguments.ts'
import { revision } from './revision.ts'

const FILE = join(PROJECT, 'docs', 'reference', 'drills.md')

/** The page has a part for each mode; recording one leaves the others as they are. */
const PARTS: Readonly<Record<DrillArguments['mode'], { title: string; says: string }>> = {
  drills: {
    title: 'Drills',
    says: '`npm run drill` causes each failure for real, on whole systems of their own, with the production rules, routes, templates and intervals, and waits for the message. *after* counts from the fault to the message, *over after* from the mend to the message that it is over. Where the fault has nothing to show at first, *after* counts from when it has: a backdated heartbeat or row from the moment it names, F12 from the last webhook that arrived, F22 from the first message that was due and not delivered, F23 to F25 from the kill, which comes after the first heartbeat outside.',
  },
  month: {
    title: 'A month',
    says: '`npm run drill -- --month` lives through 30 days of ordinary life, scrape by scrape, in Prometheus’ own rule evaluation: first undisturbed, then with each failure at ten random moments. The times include the evaluation interval and `group_wait`.',
  },
  mutants: {
    title: 'Mutants',
    says: '`npm run drill -- --mutants` changes every threshold, wait, matcher, aggregation, window and operator of every rule, one at a time, and tells the stories of the rule tests to each of these rules. A change that no story notices survives.',
  },
}

const INTRODUCTION = `# What the drills showed

The last recorded results (\`npm run drill -- --record\`). Each alert is proven from the fault to the
message; what must stay quiet is lived through. The failures are data in \`e2e/src/drill/faults\`.
`

/** Writes a result into the page, with the date and the versions it was reached with. */
export async function record(mode: DrillArguments['mode'], { recorded }: Report): Promise<void> {
  const { title, says } = PARTS[mode]
  const part = [`## ${title}`, '', says, '', await circumstances(), '', ...recorded, ''].join('\n')
  const page = existsSync(FILE) ? readFileSync(FILE, 'utf8') : INTRODUCTION
  writeFileSync(FILE, withPart(page, title, part))
}

async function circumstances(): Promise<string> {
  const [prometheus, alertmanager] = [
    await findBinary('prometheus'),
    await findBinary('alertmanager'),
  ]
  const { hash, isChanged } = await revision()
  const day = new Date().toISOString().slice(0, 16).replace('T', ' ')
  return `Recorded ${day} UTC at revision ${hash}${isChanged ? ', with changes' : ''}: Prometheus ${prometheus.version}, Alertmanager ${alertmanager.version}, Node ${process.versions.node}, ${availableParallelism()} processors.`
}

/** The page with one part replaced, or put where it belongs. */
function withPart(page: string, title: string, part: string): string {
  const [introduction = INTRODUCTION, ...others] = page.split(/^(?=## )/m)
  const parts = new Map(others.map((text) => [/^## (.*)$/m.exec(text)?.[1] ?? '', text]))
  parts.set(title, part)
  const inOrder = Object.values(PARTS).flatMap((one) => parts.get(one.title) ?? [])
  return [introduction, ...inOrder].map((text) => `${text.trim()}\n`).join('\n')
}
