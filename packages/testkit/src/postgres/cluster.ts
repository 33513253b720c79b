import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Command, startChild } from '../process/child.ts'
import { UserError } from '../user-error.ts'
import { type PostgresBinaries, postgresBinaries } from './binaries.ts'
import { type Invoke, unprivileged } from './unprivileged.ts'

/** A database cluster on disk, with what it takes to start a server on it. */
export type Cluster = {
  readonly data: string
  readonly password: string
  readonly binaries: PostgresBinaries
  readonly invoke: Invoke
}

/** Where a cluster is made, and what ends the making early. */
export type ClusterOptions = {
  readonly folder: string
  /** What is said while the files are made goes here. */
  readonly log: string
  readonly signal?: AbortSignal
}

/**
 * The cluster in `folder`, made on first use. A folder whose making was interrupted is made again:
 * the password gets its name last and so marks completion.
 *
 * @throws UserError when the folder holds another major version's data or cannot be written.
 * @throws the signal's reason when it ends the making.
 */
export async function openCluster({ folder, log, signal }: ClusterOptions): Promise<Cluster> {
  mkdirSync(folder, { recursive: true })
  const binaries = postgresBinaries()
  const invoke = unprivileged(folder, binaries.postgres)
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  if (!existsSync(passwordFile)) {
    const draft = `${passwordFile}.new`
    await initialise(data, draft, { initdb: binaries.initdb, invoke, log, signal })
    renameSync(draft, passwordFile)
  }
  refuseOtherVersion(data, binaries.postgres)
  return { data, password: readFileSync(passwordFile, 'utf8'), binaries, invoke }
}

type Initdb = {
  readonly initdb: string
  readonly invoke: Invoke
  readonly log: string
  readonly signal: AbortSignal | undefined
}

/** In a process group of its own: Ctrl-C reaches the launcher alone, which then says what it is. */
async function initialise(data: string, password: string, by: Initdb): Promise<void> {
  const { initdb, invoke, log, signal } = by
  rmSync(data, { recursive: true, force: true })
  const invocation = invoke(initdb, [
    `--pgdata=${data}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
    '--no-sync',
  ])
  const { uid, gid } = invocation
  let reason: string | undefined
  try {
    writeFileSync(password, randomBytes(16).toString('hex'), { mode: 0o600 })
    if (uid !== undefined && gid !== undefined) chownSync(password, uid, gid)
    reason = await complaintOf({ name: 'initdb', log, ...invocation }, signal)
  } catch (error) {
    reason = String(error)
  }
  signal?.throwIfAborted()
  if (reason === undefined) return
  throw new UserError(
    `PostgreSQL could not create its files in ${data}: ${reason} — free the disk or make the folder writable, or set DATABASE_URL to a server of your own.`,
  )
}

/** Runs a program to its end, or to the signal's; `undefined` when it did what it should. */
async function complaintOf(
  command: Command,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  signal?.throwIfAborted()
  const child = await startChild(command)
  const end = () => child.signal('SIGKILL')
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()
  const { code, signal: by } = await child.exited
  signal?.removeEventListener('abort', end)
  if (code === 0) return undefined
  const said = child.lastLines(40)
  return said.find((line) => /FATAL|error/.test(line)) ?? `initdb ended with ${by ?? code}`
}

function refuseOtherVersion(data: string, postgres: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' })
  const wanted = /\d+/.exec(version)?.[0]
  if (found === wanted) return
  throw new UserError(
    `${data} was written by PostgreSQL ${found}, this is PostgreSQL ${wanted}: delete that folder to begin with an empty database.`,
  )
}
