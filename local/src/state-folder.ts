import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { UserError } from '@verifluence/testkit'
import { diskFault } from '@verifluence/testkit'

/** Empties the state of an earlier start and returns the folder for this one's logs. */
export function beginState(folder: string): string {
  discardState(folder)
  const logs = join(folder, 'logs')
  rmSync(logs, { recursive: true, force: true })
  mkdirSync(logs)
  return logs
}

/** Every start begins with an empty database and an empty Prometheus; logs stay until the next start. */
export function discardState(folder: string): void {
  for (const name of ['postgres', 'prometheus', 'alertmanager']) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/**
 * Creates the folder and its parents, one at a time: where a file system refuses new folders
 * with ENOENT (as /proc does), Node's recursive option does not return.
 */
export function makeStateFolder(folder: string): void {
  if (existsSync(folder)) return
  makeStateFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    const madeByAnother = (error as NodeJS.ErrnoException).code === 'EEXIST'
    if (!madeByAnother) throw error
  }
}

/** The error for a state folder that cannot be written; `undefined` for any other error. */
export function stateFault(folder: string, error: unknown): UserError | undefined {
  const { path } = error as NodeJS.ErrnoException
  if (path !== undefined && !isOnTheWay(folder, path)) return undefined
  const place = {
    name: `state folder ${folder}`,
    megabytes: 300,
    remedy: 'set STACK_FOLDER to another folder',
  }
  return diskFault(place, error)
}

/** Whether `path` lies in `folder`, or leads to it. */
function isOnTheWay(folder: string, path: string): boolean {
  return `${path}/`.startsWith(`${folder}/`) || `${folder}/`.startsWith(`${path}/`)
}
