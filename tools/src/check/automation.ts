/** The files in `.github/` that GitHub reads, and the Node versions that must agree across the project. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, posix } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { parse } from 'yaml'

// GitHub's parser is built for bundlers: it imports its schema without saying that it is JSON.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
)

const WORKFLOW = '.github/workflows/ci.yml'
const DEPENDABOT = '.github/dependabot.yml'

/** Returns the text of a file of the project, by its path. */
export type ReadFile = (path: string) => string

const readProjectFile: ReadFile = (path) => readFileSync(join(PROJECT, path), 'utf8')

/** What GitHub's own schema and expression parser reject in the workflow. */
export async function workflowFaults(read: ReadFile = readProjectFile): Promise<string[]> {
  const file = { name: WORKFLOW, content: read(WORKFLOW) }
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter())
  if (value !== undefined) await convertWorkflowTemplate(context, value)
  return [...new Set(context.errors.getErrors().map(({ message }) => `${message.trim()}.`))]
}

const SCRIPT_CALL = /\bnpm (?:run )?([\w-]+)(?: --workspace (\S+))?/g
/** Commands of npm itself. */
const NPM_COMMANDS = ['ci', 'install']

/** Scripts that the workflow runs and no package.json has. */
export function scriptFaults(read: ReadFile = readProjectFile): string[] {
  const { scripts } = JSON.parse(read('package.json'))
  const commands: string[] = Object.values<{ steps: { run?: string }[] }>(
    parse(read(WORKFLOW)).jobs,
  ).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
  return commands
    .flatMap((command) => [...command.matchAll(SCRIPT_CALL)])
    .filter(([, name = '', workspace]) => {
      if (workspace !== undefined)
        return !(name in JSON.parse(read(`packages/${workspace}/package.json`)).scripts)
      return !NPM_COMMANDS.includes(name) && !(name in scripts)
    })
    .map(([call]) => `${WORKFLOW} runs "${call}", which no package.json has as a script.`)
}

interface Update {
  readonly 'package-ecosystem': string
  readonly directory?: string
  readonly directories?: readonly string[]
}

/** The files that Dependabot looks for, and the name of their kind in its configuration. */
const ECOSYSTEMS = [
  { ecosystem: 'npm', manifest: /(?:^|\/)package-lock\.json$/ },
  { ecosystem: 'docker', manifest: /(?:^|\/)Dockerfile$/ },
  { ecosystem: 'github-actions', manifest: /^\.github\/workflows\// },
]

function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files'], { cwd: PROJECT, encoding: 'utf8' }).trim().split('\n')
}

/** Manifests that Dependabot does not update, and folders of its configuration that hold none. */
export function dependabotFaults(
  read: ReadFile = readProjectFile,
  files: readonly string[] = trackedFiles(),
): string[] {
  const { updates }: { updates: readonly Update[] } = parse(read(DEPENDABOT))
  const configured = updates.flatMap((update) =>
    (update.directories ?? [update.directory ?? '/']).map(
      (folder) => `${update['package-ecosystem']} in ${folder}`,
    ),
  )
  const needed = ECOSYSTEMS.flatMap(({ ecosystem, manifest }) =>
    files
      .filter((file) => manifest.test(file))
      .map((file) => {
        const folder = posix.dirname(file)
        const isRoot = folder === '.' || ecosystem === 'github-actions'
        return `${ecosystem} in ${isRoot ? '/' : `/${folder}`}`
      }),
  )
  return [
    ...[...new Set(needed)]
      .filter((one) => !configured.includes(one))
      .map((one) => `${DEPENDABOT} does not update ${one}: add it.`),
    ...configured
      .filter((one) => !needed.includes(one))
      .map((one) => `${DEPENDABOT} updates ${one}, where there is nothing to update: remove it.`),
  ]
}

/** The first group of a pattern in a file. */
function found(read: ReadFile, path: string, pattern: RegExp): string {
  const [, value] = pattern.exec(read(path)) ?? []
  if (value === undefined) throw new Error(`${path} has no Node version that matches ${pattern}.`)
  return value.trim()
}

/** Places whose Node version contradicts package.json (the oldest) or bootstrap.mjs (the one it fetches). */
export function nodeVersionFaults(read: ReadFile = readProjectFile): string[] {
  const manifest = JSON.parse(read('package.json'))
  const floor: string = manifest.engines.node.replace(/^>=/, '')
  const [oldest = ''] = floor.split('.')
  const current = found(read, 'bootstrap.mjs', /major: (\d+)/)
  const kit = /\d+/.exec(JSON.parse(read('packages/sideport/package.json')).engines.node)?.[0]
  const kitTested = found(
    read,
    'packages/sideport/test/package/try-node-versions.ts',
    /VERSIONS = \[([^\]]*)\]/,
  )
  const expected: [place: string, is: string, expected: string][] = [
    [
      'bootstrap.mjs (OLDEST_NODE)',
      found(read, 'bootstrap.mjs', /OLDEST_NODE = \[(.*)\]/).replaceAll(', ', '.'),
      floor,
    ],
    [
      'package.json (@types/node)',
      /\d+/.exec(manifest.devDependencies['@types/node'])?.[0] ?? 'none',
      oldest,
    ],
    [
      `${WORKFLOW} (matrix)`,
      found(read, WORKFLOW, /node: \[(.*)\]/).replaceAll(', ', ' and '),
      `${oldest} and ${current}`,
    ],
    ['compose.yaml (image)', found(read, 'compose.yaml', /FROM node:(\d+)/), current],
    [
      'packages/sideport/test/package/try-node-versions.ts (VERSIONS)',
      kitTested.replaceAll("'", ''),
      `${kit}, ${oldest}, ${current}`,
    ],
  ]
  return expected
    .filter(([, is, wanted]) => is !== wanted)
    .map(
      ([place, is, wanted]) =>
        `${place} says Node ${is}; package.json and bootstrap.mjs ask for ${wanted}.`,
    )
}

/** All of the above. */
export async function automationFaults(): Promise<string[]> {
  return [
    ...(await workflowFaults()),
    ...scriptFaults(),
    ...dependabotFaults(),
    ...nodeVersionFaults(),
  ]
}
