/**
 * The direction of imports between workspaces. Cycles between files are found by Biome, undeclared
 * packages by Knip, and a path that a package does not export by TypeScript.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { parseSync } from 'oxc-parser'

interface Layer {
  /** The workspaces that it may import. */
  readonly imports: readonly string[]
  /** Further ones for its tests. */
  readonly tests?: readonly string[]
}

const product = ['sideport', 'api', 'monitoring']
const below = [...product, 'testkit', 'toolchain', 'fakes', 'loadgen']

/** The workspaces by folder, lowest first. */
const LAYERS: Readonly<Record<string, Layer>> = {
  'packages/testkit': { imports: [] },
  'packages/toolchain': { imports: ['testkit'] },
  'packages/fakes': { imports: [], tests: ['testkit'] },
  'packages/loadgen': { imports: ['fakes', 'testkit'] },
  'packages/sideport': { imports: [], tests: ['testkit', 'toolchain'] },
  api: { imports: ['sideport'], tests: ['fakes', 'testkit', 'toolchain'] },
  monitoring: { imports: ['sideport', 'api', 'testkit', 'toolchain'] },
  local: { imports: below },
  console: { imports: ['monitoring', 'testkit'], tests: [...below, 'local'] },
  e2e: { imports: [...below, 'local', 'console'] },
  bench: { imports: [...below, 'local', 'console'] },
  docs: { imports: ['monitoring', 'testkit'] },
  tools: { imports: [...below, 'local', 'console'] },
}

/** Imports that reach into another workspace for a reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'bench/src/recorders.ts':
    'measures the recording service of the middleware alone, which is not public',
}

/** A source file by its path from the root, with `/`. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** Imports that point up or reach into another workspace, one sentence each. */
export function wrongImports(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => EXCEPTIONS[path] === undefined)
    .flatMap((source) => modulesOf(source).flatMap((module) => wrongImport(source.path, module)))
}

/** Every tracked source file of a workspace. */
export function trackedSources(): Source[] {
  const tracked = execFileSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.mjs'], {
    cwd: PROJECT,
    encoding: 'utf8',
  })
  return tracked
    .split('\0')
    .filter((path) => path !== '' && folderOf(path) !== undefined)
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(PROJECT, path), 'utf8') }]
      } catch {
        // Deleted in the working tree.
        return []
      }
    })
}

function wrongImport(path: string, module: string): string[] {
  const folder = folderOf(path)
  const layer = LAYERS[folder ?? '']
  if (folder === undefined || layer === undefined) return []
  if (module.startsWith('.')) {
    const target = posix.join(posix.dirname(path), module)
    if (target.startsWith(`${folder}/`)) return []
    const owner = folderOf(target) ?? 'the root folder'
    return [`${path} reaches into ${owner} (${module}): import what its package exports.`]
  }
  const imported = workspaceOf(module)
  const isTest = path.startsWith(`${folder}/test/`)
  const allowed = [...layer.imports, ...((isTest && layer.tests) || [])]
  if (imported === undefined || [nameOf(folder), ...allowed].includes(imported)) return []
  return [
    `${path} imports ${imported}, which stands above ${folder}: it may import ${allowed.join(', ') || 'no other workspace'}. Pass in what it needs.`,
  ]
}

const folderOf = (path: string): string | undefined =>
  Object.keys(LAYERS).find((folder) => path.startsWith(`${folder}/`))

const nameOf = (folder: string): string => posix.basename(folder)

/** The workspace that a package name belongs to, by its short name. */
const workspaceOf = (module: string): string | undefined =>
  /^(?:@verifluence\/|(?=sideport(?:\/|$)))([^/]+)/.exec(module)?.[1]

/** The modules that a file imports or re-exports, types included. */
function modulesOf({ path, text }: Source): string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module
  const literal = /^(['"`])([^$]*)\1$/
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...dynamicImports.flatMap(
      ({ moduleRequest: { start, end } }) => literal.exec(text.slice(start, end))?.[2] ?? [],
    ),
  ]
}
