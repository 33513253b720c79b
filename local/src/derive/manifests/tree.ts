import { join } from 'node:path'
import { UserError } from '@verifluence/testkit'
import { runTool } from '@verifluence/toolchain'
import { parseAllDocuments } from 'yaml'
import type { Manifest } from './parse.ts'

/** The folder where Flux starts, relative to the project. */
export const OPERATIONS = 'operations/clusters/prod'

const FLUX_KUSTOMIZATION = 'kustomize.toolkit.fluxcd.io'

/**
 * Every object of the cluster: what kustomize builds from `entry`, and from the path of each
 * Flux Kustomization found on the way. A file that no kustomization names is not in it.
 *
 * @param project the folder Flux's paths are relative to.
 * @throws UserError naming the folder whose build fails, with kustomize's own words.
 */
export async function buildTree(project: string, entry: string): Promise<Manifest[]> {
  const waiting = [entry]
  const built = new Set<string>()
  const manifests: Manifest[] = []
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (built.has(path)) continue
    built.add(path)
    for (const manifest of await build(project, path)) {
      manifests.push(manifest)
      const next = pathOfFlux(manifest)
      if (next !== undefined) waiting.push(next)
    }
  }
  return manifests
}

async function build(project: string, path: string): Promise<Manifest[]> {
  const { code, stdout, stderr } = await runTool('kustomize', ['build', join(project, path)])
  if (code !== 0) {
    const reason = stderr.trim().replace(/^Error: /, '')
    throw new UserError(`kustomize build ${path} fails: ${reason}. Correct the files there.`)
  }
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest)
}

function pathOfFlux({ kind, apiVersion, spec }: Manifest): string | undefined {
  if (kind !== 'Kustomization' || !apiVersion.startsWith(FLUX_KUSTOMIZATION)) return undefined
  const path = (spec as { path?: string }).path
  return path === undefined ? undefined : join(path)
}
