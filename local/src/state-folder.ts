import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Sentence } from '@verifluence/testkit'
import { diskFault } from '@verifluence/testkit'

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

/**
 * Makes the folder and what is missing above it. One at a time: where a file system refuses new folders
 * as "not there" (/proc does), Node's own recursive way tries for ever.
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

/** The sentence for a state folder that refuses; `undefined` for any other error. */
export function stateFault(folder: string, error: unknown): Sentence | undefined {
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
