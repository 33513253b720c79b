import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findBinary } from '../binaries/index.ts'
import { PROJECT } from '../parts/node.ts'

/** The first command of a section, and what the page says of its output. */
interface FirstCommand {
  readonly command: string
  readonly prints: string
}

const PAGE = join(PROJECT, 'docs', 'runbooks.md')

/** The first command that the runbook gives for an alert; none when there is no section. */
function firstCommand(alert: string): FirstCommand | undefined {
  const sections = readFileSync(PAGE, 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${alert}\n`)) ?? ''
  const [, command, prints] =
    /\*\*First command:\*\*[\s\S]*?```sh\n([\s\S]*?)```\n+(.*)/.exec(section) ?? []
  return command === undefined ? undefined : { command, prints: prints ?? '' }
}

/**
 * Does what the runbook of an alert says to do first, as the person who was woken would.
 *
 * @returns what is wrong with it, where anything is.
 */
export async function tryRunbook(
  alert: string,
  prometheusUrl: string,
): Promise<string | undefined> {
  const first = firstCommand(alert)
  if (first === undefined) return `docs/runbooks.md has no first command for ${alert}`
  const { path } = await findBinary('promtool')
  const env = { PROMETHEUS: prometheusUrl, PATH: [dirname(path), process.env.PATH].join(delimiter) }
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', first.command], { env })
    const mayBeEmpty = /nothing/i.test(first.prints)
    if (stdout.trim() !== '' || mayBeEmpty) return undefined
    return `the first command of the runbook of ${alert} prints nothing`
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return `the first command of the runbook of ${alert} fails: ${said}`
  }
}
