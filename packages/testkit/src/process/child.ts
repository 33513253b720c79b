import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { identify, type ProcessIdentity } from './identity.ts'

/** What to run. Output goes straight to the file `log`, so that it outlives the parent. */
export type Command = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly log: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type Child = {
  readonly name: string
  readonly identity: ProcessIdentity
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<Exit>
  readonly hasExited: () => boolean
  readonly signal: (signal: NodeJS.Signals) => void
  /** Sends `signal`, then SIGKILL after `graceMs`. */
  readonly stop: (graceMs?: number, signal?: NodeJS.Signals) => Promise<Exit>
  readonly lastLines: (count?: number) => string[]
}

/**
 * Starts a program in a process group of its own: Ctrl-C in the terminal reaches the launcher only,
 * which then ends its services in order; and a signal reaches whatever the program started itself.
 *
 * @throws Error when the program cannot be started at all (missing, not executable).
 */
export async function startChild(spec: Command): Promise<Child> {
  mkdirSync(dirname(spec.log), { recursive: true })
  const log = openSync(spec.log, 'a')
  const child = spawn(spec.command, [...spec.args], {
    detached: true,
    stdio: ['ignore', log, log],
    ...(spec.env && { env: spec.env }),
    ...(spec.cwd && { cwd: spec.cwd }),
    ...(spec.uid !== undefined && { uid: spec.uid }),
    ...(spec.gid !== undefined && { gid: spec.gid }),
  })
  closeSync(log)

  let exit: Exit | undefined
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      resolve(exit)
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new Error(`${spec.name} could not be started (${spec.command}): ${error.message}`)),
    )
  })
  child.on('error', () => {})
  const pid = child.pid ?? 0

  function signal(name: NodeJS.Signals): void {
    if (exit === undefined) signalGroup(pid, name)
  }

  async function stop(graceMs = 10_000, polite: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    signal(polite)
    const patience = new AbortController()
    const outcome = await Promise.race([
      exited,
      pause(graceMs, undefined, { signal: patience.signal }).catch(() => undefined),
    ])
    patience.abort()
    if (outcome === undefined) signal('SIGKILL')
    return exited
  }

  return {
    name: spec.name,
    identity: identify(pid) ?? { pid, born: '' },
    exited,
    hasExited: () => exit !== undefined,
    signal,
    stop,
    lastLines: (count = 15) => lastLinesOf(spec.log, count),
  }
}

/** Signals a whole process group, or the single process where it leads none; gone is fine. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name)
      return
    } catch {}
  }
}

/** A structured log line may hold a whole stack trace; its beginning says what happened. */
const SHOWN_CHARACTERS = 400

/** The last lines of a log file, without empty ones; an unreadable file has none. */
function lastLinesOf(file: string, count: number): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(-count)
    return lines.map((line) => line.slice(0, SHOWN_CHARACTERS))
  } catch {
    return []
  }
}
