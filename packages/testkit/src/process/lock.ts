import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from './identity.ts'

/** A lock file that says nothing is being written; after this long its writer must have failed. */
const WRITING_MS = 5_000

/**
 * Runs `work` while holding `file` as a lock between processes, waiting while another process holds it.
 * The lock of a process that died is taken over.
 *
 * @throws the file system's error when the lock file cannot be made.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  while (!acquire(file)) await pause(200)
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function acquire(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      rmSync(file, { force: true })
      throw error
    }
    if (isAbandoned(file)) rmSync(file, { force: true })
    return false
  }
}

function isAbandoned(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8')
    if (text === '') return Date.now() - statSync(file).mtimeMs > WRITING_MS
    return !isAlive(JSON.parse(text) as ProcessIdentity)
  } catch {
    return false
  }
}
