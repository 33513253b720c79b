import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunTool } from '../tools.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

/** Each kustomization builds; what is wrong is said in kustomize's own words. */
export const checkBuilds = async (tree: Tree, runTool: RunTool): Promise<string[]> => {
  const complaints: string[] = []
  for (const folder of tree.buildable) {
    const { code, stderr } = await runTool('kustomize', ['build', join(tree.root, folder)])
    if (code === 0) continue
    const reason = stderr
      .trim()
      .replace(/^Error: /, '')
      .split(`${tree.root}/`)
      .join('')
    complaints.push(`${folder}: kustomize cannot build it: ${reason}. Correct the files there.`)
  }
  return complaints
}

/** What the lists of a kustomization name, as paths relative to the project. */
const named = (path: string, kustomization: Manifest): string[] => {
  const lists = ['resources', 'components', 'patches', 'configMapGenerator'] as const
  const entries = lists.flatMap((list) => (kustomization[list] as unknown[] | undefined) ?? [])
  return entries
    .flatMap((entry) => {
      if (typeof entry === 'string') return [entry]
      const { path: patch, files } = entry as { path?: string; files?: readonly string[] }
      return [...(patch === undefined ? [] : [patch]), ...(files ?? [])]
    })
    .map((entry) => join(dirname(path), entry))
}

/** A file that no kustomization names is never applied, and nobody notices. */
export const checkListed = ({ files }: Tree): string[] => {
  const kustomizations = files.filter(({ path }) => path.endsWith('/kustomization.yaml'))
  const listed = new Set(
    kustomizations.flatMap(({ path, documents }) => documents.flatMap((one) => named(path, one))),
  )
  return files
    .filter((file) => !kustomizations.includes(file) && !listed.has(file.path))
    .map(
      ({ path }) =>
        `${path} is in no kustomization, so it is never applied; name it in ${dirname(path)}/kustomization.yaml.`,
    )
}

/** Secrets are referred to, never held. */
export const checkSecrets = (tree: Tree): string[] =>
  objectsOf(tree)
    .filter(({ object }) => object.kind === 'Secret')
    .map(
      ({ file, object }) =>
        `${file} holds ${nameOf(object)}; take it out, revoke what was in it, and create it in the cluster as operations/README.md says.`,
    )

interface Flux {
  readonly path?: string
  readonly wait?: boolean
  readonly dependsOn?: readonly { readonly name: string }[]
}

const NEEDS_CRDS = ['ServiceMonitor', 'PrometheusRule']

/** CRDs first: what holds one of their objects waits for the release that brings them. */
export const checkOrder = (tree: Tree): string[] => {
  const objects = objectsOf(tree)
  const flux = objects
    .filter(({ object }) => object.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/'))
    .map(({ file, object }) => ({ file, name: object.metadata.name, ...(object.spec as Flux) }))
  const folderOf = ({ path = '' }: Flux) => join(path)
  const holds = (folder: string, kinds: readonly string[]) =>
    objects.some(({ file, object }) => file.startsWith(`${folder}/`) && kinds.includes(object.kind))
  const reaches = (name: string, wanted: string, seen: readonly string[] = []): boolean => {
    const { dependsOn = [] } = flux.find((one) => one.name === name) ?? {}
    return dependsOn.some(
      (next) =>
        next.name === wanted ||
        (!seen.includes(name) && reaches(next.name, wanted, [...seen, name])),
    )
  }

  const release = flux.find((one) => holds(folderOf(one), ['HelmRelease']))
  return [
    ...flux
      .filter((one) => !existsSync(join(tree.root, folderOf(one), 'kustomization.yaml')))
      .map(
        ({ file, name, path }) =>
          `${file}: Flux Kustomization ${name} names ${path}, where no kustomization is; correct the path.`,
      ),
    ...(release && release.wait !== true
      ? [
          `${release.file}: Flux Kustomization ${release.name} brings the CRDs and must say wait: true, or its dependants start too early.`,
        ]
      : []),
    ...flux
      .filter((one) => holds(folderOf(one), NEEDS_CRDS))
      .filter((one) => release && !reaches(one.name, release.name))
      .map(
        ({ file, name }) =>
          `${file}: Flux Kustomization ${name} holds ${NEEDS_CRDS.join(' or ')} objects and fails while their CRDs are absent; add dependsOn: ${release?.name}.`,
      ),
  ]
}
