import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, type ProcessIdentity } from './identity.ts'

/** The processes a start wrote down in its folder, by service. */
export function recordedProcesses(folder: string): Record<string, ProcessIdentity> {
  const run = join(folder, 'run')
  const files = readdirSync(run).filter((name) => name.endsWith('.pid'))
  return Object.fromEntries(
    files.map((name) => [
      name.replace('.pid', ''),
      JSON.parse(readFileSync(join(run, name), 'utf8')) as ProcessIdentity,
    ]),
  )
}

/** Those of the processes that still run. */
export function survivors(processes: Readonly<Record<string, ProcessIdentity>>): string[] {
  return Object.entries(processes)
    .filter(([, identity]) => isAlive(identity))
    .map(([name]) => name)
}

/** Ends whatever a start in this folder has left running. */
export function endRecorded(folder: string): void {
  if (!existsSync(join(folder, 'run'))) return
  for (const identity of Object.values(recordedProcesses(folder))) {
    if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL')
  }
}
