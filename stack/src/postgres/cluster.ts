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
import { Sentence } from '../sentence.ts'
import { type PostgresBinaries, postgresBinaries } from './binaries.ts'
import { type Invoke, unprivileged } from './unprivileged.ts'

/** A database cluster on disk, with what it takes to start a server on it. */
export type Cluster = {
  readonly data: string
  readonly password: string
  readonly binaries: PostgresBinaries
  readonly invoke: Invoke
}

/**
 * The cluster in `folder`, made on first use. A folder whose making was interrupted is made again:
 * the password gets its name last and so marks completion.
 *
 * @throws Sentence when the folder holds another major version's data or cannot be written.
 */
export function openCluster(folder: string): Cluster {
  mkdirSync(folder, { recursive: true })
  const binaries = postgresBinaries()
  const invoke = unprivileged(folder, binaries.postgres)
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  if (!existsSync(passwordFile)) initialise(data, passwordFile, binaries.initdb, invoke)
  refuseOtherVersion(data, binaries.postgres)
  return { data, password: readFileSync(passwordFile, 'utf8'), binaries, invoke }
}

function initialise(data: string, passwordFile: string, initdb: string, invoke: Invoke): void {
  rmSync(data, { recursive: true, force: true })
  const draft = `${passwordFile}.new`
  const { command, args, ...as } = invoke(initdb, [
    `--pgdata=${data}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--pwfile=${draft}`,
    '--no-sync',
  ])
  try {
    writeFileSync(draft, randomBytes(16).toString('hex'), { mode: 0o600 })
    if (as.uid !== undefined && as.gid !== undefined) chownSync(draft, as.uid, as.gid)
    execFileSync(command, [...args], { stdio: 'pipe', ...as })
    renameSync(draft, passwordFile)
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).split('\n')
    const reason = said.find((line) => /FATAL|error/.test(line)) ?? said[0]
    throw new Sentence(
      `PostgreSQL could not create its files in ${data}: ${reason} — free the disk or make the folder writable, or set DATABASE_URL to a server of your own.`,
    )
  }
}

function refuseOtherVersion(data: string, postgres: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' })
  const wanted = /\d+/.exec(version)?.[0]
  if (found === wanted) return
  throw new Sentence(
    `${data} was written by PostgreSQL ${found}, this is PostgreSQL ${wanted}: delete that folder to begin with an empty database.`,
  )
}
