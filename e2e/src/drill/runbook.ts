import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT } from '@verifluence/testkit'
import { findBinary } from '@verifluence/toolchain'
import type { Expectation } from './drill.ts'

const PAGE = join(PROJECT, 'docs', 'runbooks.md')

/** The first command that the runbook gives for an alert; none when there is no section. */
function firstCommand(alert: string): string | undefined {
  const sections = readFileSync(PAGE, 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${alert}\n`)) ?? ''
  return /\*\*First command:\*\*[\s\S]*?```sh\n([\s\S]*?)```/.exec(section)?.[1]
}

/**
 * Runs the first command of an alert's runbook.
 *
 * @returns what is wrong with it, where anything is.
 */
export async function tryRunbook(
  { alert, shows = /\S/ }: Expectation,
  prometheusUrl: string,
): Promise<string | undefined> {
  const command = firstCommand(alert)
  if (command === undefined) return `docs/runbooks.md has no first command for ${alert}`
  const { path } = await findBinary('promtool')
  const env = { PROMETHEUS: prometheusUrl, PATH: [dirname(path), process.env.PATH].join(delimiter) }
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { env })
    if (shows.test(stdout.trim())) return undefined
    return `the first command of the runbook of ${alert} prints "${stdout.trim()}", not ${shows}`
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return `the first command of the runbook of ${alert} fails: ${said}`
  }
}
