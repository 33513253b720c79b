import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../until.ts'
import { UserError } from '../user-error.ts'
import { type Child, signalGroup } from './child.ts'
import { identify, isAlive, type ProcessIdentity } from './identity.ts'

const OWNER = 'owner'

/** Where an instance keeps who it is and which processes are its own, so that the next can clean up. */
export type RunFolder = {
  /** Names of processes an earlier owner left behind when it was killed; they are ended now. */
  readonly cleaned: readonly string[]
  readonly record: (child: Child) => void
  /** Forgets everything: called when all recorded processes have ended. */
  readonly release: () => void
}

/**
 * Takes possession of `folder`. What a killed owner left running is ended first.
 *
 * @throws UserError when the owner is still alive.
 */
export async function claimRunFolder(folder: string): Promise<RunFolder> {
  mkdirSync(folder, { recursive: true })
  const owner = readIdentity(join(folder, OWNER))
  if (owner !== undefined && owner.pid !== process.pid && isAlive(owner)) {
    throw new UserError(
      `This system already runs here as process ${owner.pid}: stop that one first (kill ${owner.pid}), or set STACK_FOLDER to another folder to run a second one.`,
    )
  }
  write(join(folder, OWNER), identify(process.pid))
  const cleaned = await endLeftovers(folder)
  return {
    cleaned,
    record: (child) => write(join(folder, `${child.name}.pid`), child.identity),
    release: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function endLeftovers(folder: string): Promise<string[]> {
  const cleaned: string[] = []
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pid'))) {
    const path = join(folder, file)
    const leftover = readIdentity(path)
    if (leftover !== undefined && isAlive(leftover)) {
      cleaned.push(file.slice(0, -'.pid'.length))
      await end(leftover)
    }
    rmSync(path)
  }
  return cleaned
}

/** SIGINT is the quick and clean end for every service, PostgreSQL included. */
async function end(leftover: ProcessIdentity): Promise<void> {
  signalGroup(leftover.pid, 'SIGINT')
  const gone = () => !isAlive(leftover)
  try {
    await until(`process ${leftover.pid} ends`, gone, { withinMs: 5_000 })
  } catch {
    signalGroup(leftover.pid, 'SIGKILL')
    await until(`process ${leftover.pid} is killed`, gone, { withinMs: 5_000 })
  }
}

/** Atomic: a process killed while writing must not leave half a file behind. */
function write(path: string, identity: ProcessIdentity | undefined): void {
  writeFileSync(`${path}.new`, JSON.stringify(identity))
  renameSync(`${path}.new`, path)
}

function readIdentity(path: string): ProcessIdentity | undefined {
  try {
    const { pid, born } = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity>
    return typeof pid === 'number' && typeof born === 'string' ? { pid, born } : undefined
  } catch {
    return undefined
  }
}
