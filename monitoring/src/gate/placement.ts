import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Build } from './built.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from './tree.ts'

/** Each kustomization builds; a failure is reported for the folder in which it lies, not for all that name it. */
export const checkBuilds = (tree: Tree, builds: readonly Build[]): string[] => {
  const broken = new Set(builds.flatMap(({ folder, failure }) => (failure ? [folder] : [])))
  const namesBroken = (folder: string) =>
    tree.files
      .filter(({ path }) => path === `${folder}/kustomization.yaml`)
      .flatMap(({ path, documents }) => documents.flatMap((one) => named(path, one)))
      .some((entry) => broken.has(entry))
  return builds
    .filter(({ folder, failure }) => failure !== undefined && !namesBroken(folder))
    .map(
      ({ folder, failure }) =>
        `${folder}: kustomize cannot build it: ${failure}. Correct the files there.`,
    )
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

/** A file that no kustomization names is never applied, and nothing reports it. */
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

/** What Flux applies before, and what it asks of that instead of being ready. */
interface Wait {
  readonly name: string
  readonly readyExpr?: string
}

/** A folder that Flux applies. */
export interface Applied {
  readonly file: string
  readonly name: string
  readonly folder: string
  readonly isAwaited: boolean
  readonly waitsFor: readonly Wait[]
}

interface FluxSpec {
  readonly path?: string
  readonly wait?: boolean
  readonly dependsOn?: readonly Wait[]
}

/** What the Flux Kustomizations of the tree apply. */
export const fluxOf = (tree: Tree): Applied[] =>
  objectsOf(tree)
    .filter(({ object }) => object.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/'))
    .map(({ file, object }) => {
      const { path = '', wait, dependsOn: waitsFor = [] } = object.spec as FluxSpec
      return {
        file,
        name: object.metadata.name,
        folder: join(path),
        isAwaited: wait === true,
        waitsFor,
      }
    })

/** Whether a folder, once built, has an object of one of these kinds. */
export const holds = (
  builds: readonly Build[],
  { folder }: Applied,
  kinds: readonly string[],
): boolean =>
  builds
    .filter((build) => build.folder === folder)
    .some(({ objects }) => objects.some(({ object }) => kinds.includes(object.kind)))

const NEEDS_CRDS = ['ServiceMonitor', 'PrometheusRule', 'Probe']

/** CRDs first: what holds one of their objects waits for the release that brings them. */
export const checkOrder = (tree: Tree, builds: readonly Build[]): string[] => {
  const flux = fluxOf(tree)
  const release = flux.find((one) => holds(builds, one, ['HelmRelease']))
  return [
    ...flux
      .filter(({ folder }) => !existsSync(join(tree.root, folder, 'kustomization.yaml')))
      .map(
        ({ file, name, folder }) =>
          `${file}: Flux Kustomization ${name} names ${folder}, where no kustomization is; correct the path.`,
      ),
    ...flux.flatMap(({ file, name, waitsFor }) =>
      waitsFor
        .filter((next) => !flux.some((one) => one.name === next.name))
        .map(
          (next) =>
            `${file}: Flux Kustomization ${name} waits for ${next.name}, which does not exist, and so for ever; there are ${flux.map((one) => one.name).join(', ')}.`,
        ),
    ),
    ...flux
      .filter(({ name }) => reaches(flux, name, name))
      .map(
        ({ file, name }) =>
          `${file}: Flux Kustomization ${name} waits for itself, by way of others, and so for ever; break the circle in dependsOn.`,
      ),
    ...(release && !release.isAwaited
      ? [
          `${release.file}: Flux Kustomization ${release.name} brings the CRDs and must say wait: true, or its dependants start too early.`,
        ]
      : []),
    ...flux
      .filter((one) => holds(builds, one, NEEDS_CRDS))
      .filter((one) => release && !reaches(flux, one.name, release.name))
      .map(
        ({ file, name }) =>
          `${file}: Flux Kustomization ${name} holds ${NEEDS_CRDS.join(' or ')} objects and fails while their CRDs are absent; add dependsOn: ${release?.name}.`,
      ),
  ]
}

const reaches = (
  flux: readonly Applied[],
  name: string,
  wanted: string,
  seen: readonly string[] = [],
): boolean => {
  const { waitsFor = [] } = flux.find((one) => one.name === name) ?? {}
  return waitsFor.some(
    (next) =>
      next.name === wanted ||
      (!seen.includes(name) && reaches(flux, next.name, wanted, [...seen, name])),
  )
}
