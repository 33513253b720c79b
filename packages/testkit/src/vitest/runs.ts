import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { signalGroup } from '../process/child.ts'
import { isAlive, type ProcessIdentity } from '../process/identity.ts'
import { claimRunFolder } from '../process/run-folder.ts'

/** A folder for each test run that is going on, named by its process; all that its tests write is below. */
export const RUNS = join(tmpdir(), `verifluence-tests-${process.getuid?.() ?? 0}`)

/** A run that was killed left something behind; one that is still going is left alone. */
export async function removeKilledRuns(): Promise<void> {
  for (const name of filesIn(RUNS)) {
    try {
      await claimRunFolder(join(RUNS, name, 'run'))
      removeRun(join(RUNS, name))
    } catch {}
  }
}

/** Ends, at once, whatever was started below `folder` and is still there, and removes the folder. */
export function removeRun(folder: string): void {
  const owners = filesIn(folder, { recursive: true }).filter((file) => file.endsWith('run/owner'))
  for (const owner of owners) endStack(dirname(join(folder, owner)))
  rmSync(folder, { recursive: true, force: true })
}

/** Kills the owner first, so that it starts no further services. */
function endStack(run: string): void {
  const services = filesIn(run).filter((file) => file.endsWith('.pid'))
  for (const file of ['owner', ...services]) {
    const found = readIdentity(join(run, file))
    if (found && found.pid !== process.pid && isAlive(found)) signalGroup(found.pid, 'SIGKILL')
  }
}

function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}

function filesIn(folder: string, { recursive = false } = {}): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' })
  } catch {
    return []
  }
}
