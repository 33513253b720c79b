import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'

/** A Kubernetes object as a file holds it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [key: string]: unknown
}

/** An object, and where a reader has to go to. */
export interface Found {
  readonly file: string
  readonly object: Manifest
}

/** A file of the tree; its path is relative to the project. */
interface TreeFile {
  readonly path: string
  readonly documents: readonly Manifest[]
  /** A part of an object, that kustomize lays over another. */
  readonly isPatch: boolean
}

/** The operations tree as it lies on disk. */
export interface Tree {
  readonly root: string
  readonly files: readonly TreeFile[]
  /** Folders with a kustomization that can be built by itself, relative to the project. */
  readonly buildable: readonly string[]
  /** What does not parse, one sentence a file. */
  readonly unreadable: readonly string[]
}

/** The part of the project that is the tree. */
export const OPERATIONS = 'operations/clusters'

const isYaml = (path: string) => /\.ya?ml$/.test(path)

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })

const isKustomize = ({ apiVersion }: Partial<Manifest>) =>
  apiVersion?.startsWith('kustomize.config.k8s.io/') === true

/** Files that kustomizations lay over others instead of applying them. */
const patchesOf = (path: string, { patches }: Manifest): string[] =>
  Array.isArray(patches)
    ? patches.flatMap((patch: { path?: string }) =>
        patch.path === undefined ? [] : [join(dirname(path), patch.path)],
      )
    : []

/** Reads every YAML file of the tree below `root`, the project's folder. */
export const readTree = (root: string): Tree => {
  const unreadable: string[] = []
  const read = filesBelow(join(root, OPERATIONS))
    .filter(isYaml)
    .map((file) => {
      const path = relative(root, file)
      const documents = parseAllDocuments(readFileSync(file, 'utf8'))
      const faults = documents.flatMap(({ errors }) => errors)
      for (const { message } of faults.slice(0, 1))
        unreadable.push(`${path} is no valid YAML: ${message.split('\n')[0]} Correct it there.`)
      const objects = documents.map((document) => document.toJS() as Manifest | null)
      return {
        path,
        documents: faults.length > 0 ? [] : objects.filter((object) => object !== null),
      }
    })
  const kustomizations = read.flatMap(({ path, documents }) =>
    documents.filter(isKustomize).map((document) => ({ path, document })),
  )
  const patches = new Set(kustomizations.flatMap(({ path, document }) => patchesOf(path, document)))
  return {
    root,
    files: read.map((file) => ({ ...file, isPatch: patches.has(file.path) })),
    buildable: kustomizations
      .filter(({ document }) => document.kind === 'Kustomization')
      .map(({ path }) => dirname(path)),
    unreadable,
  }
}

/** Every whole object of the tree with its file; kustomize's own ones are left out. */
export const objectsOf = (tree: Tree): Found[] =>
  tree.files
    .filter(({ isPatch }) => !isPatch)
    .flatMap(({ path, documents }) => documents.map((object) => ({ file: path, object })))
    .filter(({ object }) => !isKustomize(object))

/** The objects of a kind in the namespace of another one; labels reach no further. */
export const inNamespaceOf = (
  objects: readonly Found[],
  { object }: Found,
  kind: string,
): Manifest[] =>
  objects
    .map((other) => other.object)
    .filter((other) => other.kind === kind)
    .filter(({ metadata }) => metadata.namespace === object.metadata.namespace)

/** `Service stage/api`, for messages. */
export const nameOf = ({ kind, metadata }: Manifest): string =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`
