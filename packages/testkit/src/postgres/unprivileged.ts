import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { UserError } from '../user-error.ts'

/** A program with its arguments, and the user to run it as where that differs from ours. */
type Invocation = {
  readonly command: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

export type Invoke = (command: string, args: readonly string[]) => Invocation

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as it is. For root, a user namespace
 * shows the program another user number while its files stay ours: nothing is created on the machine
 * and folders closed to others stay usable. Where namespaces are not allowed, the system user
 * `postgres` takes over, and gets `folder`; a machine without that user is given one.
 *
 * @throws UserError when root has neither way.
 */
export function unprivileged(folder: string, probe: string): Invoke {
  if (process.getuid?.() !== 0) return (command, args) => ({ command, args })
  return insideNamespace(probe) ?? asPostgresUser(folder, probe)
}

function insideNamespace(probe: string): Invoke | undefined {
  const user = someOrdinaryUser()
  const prefix = ['--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`]
  const invoke: Invoke = (command, args) => ({
    command: 'unshare',
    args: [...prefix, command, ...args],
  })
  return works(invoke(probe, ['--version'])) ? invoke : undefined
}

/** initdb looks its user up by number, so a user must have that number. */
function someOrdinaryUser(): { uid: string; gid: string } {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [, , uid, gid] = line.split(':')
    if (uid && gid && uid !== '0' && gid !== '0') return { uid, gid }
  }
  return { uid: '65534', gid: '65534' }
}

function asPostgresUser(folder: string, probe: string): Invoke {
  try {
    const { uid, gid } = findPostgresUser() ?? createPostgresUser()
    chownSync(folder, uid, gid)
    const invoke: Invoke = (command, args) => ({ command, args, uid, gid })
    if (works(invoke(probe, ['--version']))) return invoke
  } catch {}
  throw new UserError(
    `PostgreSQL does not run as root, and neither a user namespace (unshare) nor a user "postgres" that can read ${probe} is to be had: start as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.`,
  )
}

function findPostgresUser(): { uid: number; gid: number } | undefined {
  const number = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }))
  try {
    return { uid: number('-u'), gid: number('-g') }
  } catch {
    return undefined
  }
}

function createPostgresUser(): { uid: number; gid: number } {
  execFileSync('groupadd', ['--system', 'postgres'], { stdio: 'pipe' })
  execFileSync('useradd', ['--system', '--gid', 'postgres', 'postgres'], { stdio: 'pipe' })
  const user = findPostgresUser()
  if (user === undefined) throw new Error('useradd made no user "postgres"')
  return user
}

function works({ command, args, uid, gid }: Invocation): boolean {
  try {
    const as = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) }
    execFileSync(command, [...args], { stdio: 'ignore', ...as })
    return true
  } catch {
    return false
  }
}
