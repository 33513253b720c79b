import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseAllDocuments, parseDocument } from 'yaml'
import type { RunTool } from '../tools.ts'
import { type Found, type Manifest, OPERATIONS, objectsOf, type Tree } from './tree.ts'

/** What kustomize makes of one folder, or its own words why it cannot. */
export interface Build {
  readonly folder: string
  readonly objects: readonly Found[]
  readonly failure?: string
}

const ORIGIN = 'config.kubernetes.io/origin'

/**
 * Builds every folder that can be built. Patches, generators and whatever kustomize reads besides
 * YAML are in the result, and nowhere else.
 */
export const buildAll = async (tree: Tree, runTool: RunTool): Promise<Build[]> => {
  const copy = mkdtempSync(join(tmpdir(), 'build-'))
  try {
    cpSync(join(tree.root, OPERATIONS), join(copy, OPERATIONS), { recursive: true })
    for (const folder of tree.buildable) askForOrigins(join(copy, folder, 'kustomization.yaml'))
    return await Promise.all(tree.buildable.map((folder) => build(tree, copy, folder, runTool)))
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Only then does kustomize say from which file an object came. */
const askForOrigins = (kustomization: string) => {
  const document = parseDocument(readFileSync(kustomization, 'utf8'))
  document.set('buildMetadata', ['originAnnotations'])
  writeFileSync(kustomization, document.toString())
}

const build = async (
  tree: Tree,
  copy: string,
  folder: string,
  runTool: RunTool,
): Promise<Build> => {
  const { code, stdout, stderr } = await runTool('kustomize', ['build', join(copy, folder)])
  if (code !== 0) return { folder, objects: [], failure: reasonOf(stderr, copy) }
  const sources = objectsOf(tree)
  return {
    folder,
    objects: parseAllDocuments(stdout)
      .map((document) => document.toJS() as Manifest | null)
      .filter((object) => object !== null)
      .map((object) => placed(object, folder, sources)),
  }
}

const reasonOf = (stderr: string, copy: string) =>
  stderr
    .trim()
    .replace(/^Error: /, '')
    .split(`${copy}/`)
    .join('')

/** An object under the file it comes from; what was changed on the way says in which build. */
const placed = (built: Manifest, folder: string, sources: readonly Found[]): Found => {
  const { [ORIGIN]: origin = '', ...annotations } = built.metadata.annotations ?? {}
  const { annotations: _, ...metadata } = built.metadata
  const object: Manifest = {
    ...built,
    metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
  }
  const { path, configuredIn = '' } = (parse(origin) ?? {}) as {
    path?: string
    configuredIn?: string
  }
  const file = join(folder, path ?? configuredIn)
  const isUnchanged = sources.some(
    (source) => source.file === file && isDeepStrictEqual(source.object, object),
  )
  return { file: isUnchanged ? file : `${file} (as ${folder} builds it)`, object }
}

/** The tree with built objects in the place of what the files hold. */
export const builtTree = (tree: Tree, builds: readonly Build[]): Tree => ({
  ...tree,
  files: builds.flatMap(({ objects }) =>
    objects.map(({ file, object }) => ({ path: file, documents: [object], isPatch: false })),
  ),
})

/** One fault is reported once: in the file itself where possible, else in the first build that has it. */
export const withoutRepeats = (complaints: readonly string[]): string[] => {
  const bare = (complaint: string) => complaint.replace(/ \(as \S+ builds it\)/g, '')
  const seen = complaints.map(bare)
  return complaints.filter((_, index) => seen.indexOf(seen[index] ?? '') === index)
}
