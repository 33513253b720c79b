import { spawnSync } from 'node:child_process'
import { TOOLS, type ToolName } from './tools.ts'

/** What asking a program for its version showed. */
export type Probe =
  | { readonly kind: 'serves'; readonly version: string }
  | { readonly kind: 'too-old'; readonly version: string }
  | { readonly kind: 'broken'; readonly reason: string }

/** Runs the program at `path` and checks whether its version serves as `tool`. */
export function probe(tool: ToolName, path: string): Probe {
  const { versionArgs, oldest } = TOOLS[tool]
  const run = spawnSync(path, [...versionArgs], { encoding: 'utf8', timeout: 20_000 })
  if (run.error) return { kind: 'broken', reason: reasonOf(run.error) }
  if (run.status !== 0) {
    const reason = run.stderr.trim().split('\n')[0] || `exit code ${run.status}`
    return { kind: 'broken', reason }
  }
  const output = run.stdout + run.stderr
  const version = /\bv?(\d+\.\d+\.\d+[^\s)]*)/.exec(output)?.[1]
  if (version === undefined) {
    // Debian's build of kustomize does not know its version and says "(devel)".
    if (tool === 'kustomize') return { kind: 'serves', version: 'unknown' }
    return { kind: 'broken', reason: 'it does not tell its version' }
  }
  return isAtLeast(version, oldest) ? { kind: 'serves', version } : { kind: 'too-old', version }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'it is not executable'
  if (code === 'ETIMEDOUT') return 'it does not tell its version in time'
  return message
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number.parseFloat)
  const [leastMajor = 0, leastMinor = 0] = oldest.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
