import { join, resolve } from 'node:path'
import type { Command } from './process/child.ts'

/** The project's root folder. */
export const PROJECT = resolve(import.meta.dirname, '..', '..', '..')

const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'SYSTEMROOT']

/**
 * Runs a TypeScript file of this project as a process of its own. Its environment is exactly `env`
 * and what any program needs: nothing leaks in from the user's shell.
 */
export function nodeCommand(
  name: string,
  file: string,
  { log, env }: { log: string; env: Readonly<Record<string, string>> },
): Command {
  const inherited = PASSED_ON.flatMap((key) => {
    const value = process.env[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  return {
    name,
    command: process.execPath,
    args: ['--conditions=source', join(PROJECT, file)],
    cwd: PROJECT,
    log,
    env: { ...Object.fromEntries(inherited), ...env },
  }
}
