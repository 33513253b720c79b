import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { diskFault } from './disk-fault.ts'
import type { Sentence } from './sentence.ts'

/** Empties the state of an earlier start and returns the folder for this one's logs. */
export function beginState(folder: string): string {
  discardState(folder)
  const logs = join(folder, 'logs')
  rmSync(logs, { recursive: true, force: true })
  mkdirSync(logs)
  return logs
}

/** Every start begins with an empty database and an empty Prometheus; logs are kept until then. */
export function discardState(folder: string): void {
  for (const name of ['postgres', 'prometheus', 'alertmanager']) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** The sentence for a state folder that refuses; `undefined` for any other error. */
export function stateFault(folder: string, error: unknown): Sentence | undefined {
  const remedy =
    'free about 300 MB there or make it writable, or set STACK_FOLDER to another folder'
  return diskFault(`folder ${folder}`, remedy, error)
}
