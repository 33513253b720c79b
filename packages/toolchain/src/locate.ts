import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { UserError } from '@verifluence/testkit'
import type { Cache } from './cache.ts'
import { withTemplates } from './templates.ts'
import { TOOLS, type ToolName } from './tools.ts'
import { probe } from './version.ts'

type Origin = 'environment' | 'PATH' | 'upstream' | 'debian'

/** A program that is ready to run: `command` followed by `args` and then its own arguments. */
export type Binary = {
  readonly name: ToolName
  readonly version: string
  readonly origin: Origin
  readonly path: string
  readonly command: string
  readonly args: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The program for `name` as far as it is already on this machine: named by its environment variable,
 * else the first on PATH whose version serves, else in the cache.
 *
 * @throws UserError when the environment variable names a program that does not serve.
 */
export function locate(name: ToolName, cache: Cache, env: Environment): Binary | undefined {
  return named(name, env) ?? onPath(name, env) ?? cached(name, cache)
}

/** `/opt/promtool, named in PROMTOOL_BIN`, for messages. */
export function originOf({ name, origin, path }: Binary): string {
  if (origin === 'environment') return `${path}, named in ${TOOLS[name].variable}`
  return origin === 'PATH' ? `${path}, found on PATH` : `${path}, downloaded`
}

function named(name: ToolName, env: Environment): Binary | undefined {
  const { variable, oldest } = TOOLS[name]
  const path = env[variable]
  if (path === undefined || path === '') return undefined
  const verdict = probe(name, path)
  if (verdict.kind === 'serves') return direct(name, verdict.version, 'environment', path)
  const fault =
    verdict.kind === 'too-old'
      ? `is version ${verdict.version}`
      : `does not serve (${verdict.reason})`
  throw new UserError(
    `${variable} names ${path}, which ${fault}: name ${name} ${oldest} or newer there, or unset it.`,
  )
}

function onPath(name: ToolName, env: Environment): Binary | undefined {
  const { debian } = TOOLS[name]
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const program of new Set([name, debian.program])) {
      const path = join(folder, program)
      if (!isExecutable(path)) continue
      const verdict = probe(name, path)
      if (verdict.kind === 'serves') return direct(name, verdict.version, 'PATH', path)
    }
  }
  return undefined
}

function cached(name: ToolName, cache: Cache): Binary | undefined {
  const entry = cache.get(name)
  if (entry === undefined) return undefined
  const path = join(cache.folder, entry.program)
  const { version, source } = entry
  if (source === 'upstream') return direct(name, version, source, path)
  const readsTemplates = name === 'alertmanager' || name === 'amtool'
  const run = readsTemplates ? withTemplates(path) : { command: path, args: [] }
  return { name, version, origin: source, path, ...run }
}

function direct(name: ToolName, version: string, origin: Origin, path: string): Binary {
  return { name, version, origin, path, command: path, args: [] }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
