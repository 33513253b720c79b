import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A process, distinguishable from a later one with the same PID.
 * `born` is opaque: equal for the same process, different for another.
 */
export type ProcessIdentity = { readonly pid: number; readonly born: string }

/** Identifies a running process; `undefined` when there is none of that number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const born = process.platform === 'linux' ? bornOnLinux(pid) : bornElsewhere(pid)
  return born === undefined ? undefined : { pid, born }
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.born === identity.born
}

/** Field 22 of /proc/PID/stat, counted behind the name in brackets, which may hold blanks. */
function bornOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const isZombie = fields[0] === 'Z'
    return isZombie ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function bornElsewhere(pid: number): string | undefined {
  const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  const born = ps.stdout?.trim()
  return born ? born : undefined
}
