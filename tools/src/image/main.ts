/** `npm run image`: builds the container image and tests on it what operations/README.md promises. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startFakes } from '@verifluence/fakes'
import {
  claimRunFolder,
  createService,
  type Figure,
  formatError,
  freePort,
  PROJECT,
  readCommandLine,
  UserError,
} from '@verifluence/testkit'
import { postgresService } from '@verifluence/testkit/postgres'
import { BuildError, findEngine } from './engine.ts'
import { LOCAL_BASE, makeLocalBase } from './local-base.ts'
import { verdicts } from './promises.ts'

const wanted = readCommandLine(
  [
    'npm run image -- [--tag NAME] [--local-base] [--optional] [--json FILE]',
    '',
    'Builds the image with docker, podman or buildah, and tests it against a PostgreSQL and fake services.',
    '  --tag NAME    name of the image, ghcr.io/verifluence/backend:dev without it',
    '  --local-base  as root on Debian: makes the base images here instead of pulling them; installs buildah and debootstrap',
    '  --optional    exits 0 with a sentence where this machine or its network cannot build the image',
    '  --json FILE   writes size and times',
  ],
  {
    tag: { type: 'string', default: 'ghcr.io/verifluence/backend:dev' },
    'local-base': { type: 'boolean', default: false },
    optional: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
)
const TAG = wanted.tag ?? ''
const VERSION = TAG.split(':').at(-1) ?? 'dev'

/** How package managers say that their server does not answer. */
const UNREACHABLE =
  /Could not resolve|Failed to fetch|Temporary failure|Unable to connect|network is unreachable|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|i\/o timeout|no such host|pinging container registry/i

async function buildImage() {
  if (wanted['local-base']) await makeLocalBase()
  const engine = await findEngine()
  if (engine === undefined)
    throw new UserError(
      'None of docker, podman and buildah can build here: install one of them, or start its daemon.',
    )
  if (wanted['local-base'] && engine.name !== 'buildah')
    throw new UserError(
      `--local-base is for buildah, and ${engine.name} is here: leave it out to pull the real base.`,
    )
  console.log(`Building ${TAG} with ${engine.name} …`)
  const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: PROJECT })
  await engine.build(
    TAG,
    {
      ...(wanted['local-base'] ? LOCAL_BASE : {}),
      BUILD_VERSION: VERSION,
      BUILD_REVISION: stdout.trim(),
    },
    !wanted['local-base'],
  )
  return engine
}

async function testImage(engine: Awaited<ReturnType<typeof buildImage>>): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'verifluence-image-'))
  const runFolder = await claimRunFolder(join(folder, 'run'))
  const { spec, url: databaseUrl } = await postgresService({
    folder: join(folder, 'postgres'),
    log: join(folder, 'postgres.log'),
    port: await freePort(),
  })
  const postgres = createService(spec, { onStart: runFolder.record, onExit: () => {} })
  const fakes = await startFakes({ port: 0 })
  const figures: Figure[] = []
  let missed = 0
  try {
    await postgres.start()
    const plan = { engine, tag: TAG, version: VERSION, databaseUrl, fakesUrl: fakes.url }
    for await (const { promise, held, seen, figure } of verdicts(plan)) {
      console.log(`${held ? 'ok    ' : 'FAILED'} ${promise} (${seen})`)
      if (!held) missed += 1
      if (figure) figures.push(figure)
    }
  } finally {
    await fakes.close()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
  if (wanted.json) await writeFile(wanted.json, `${JSON.stringify(figures, null, 2)}\n`)
  console.log(
    missed === 0 ? `${TAG} keeps its promises.` : `${TAG} breaks ${missed} of its promises.`,
  )
  return missed === 0
}

/** What is about this machine and its network, and not about the Dockerfile. */
const isMachine = (error: unknown) =>
  error instanceof UserError || (error instanceof BuildError && UNREACHABLE.test(error.message))

try {
  if (!(await testImage(await buildImage()))) process.exitCode = 1
} catch (error) {
  const reason = error instanceof BuildError ? error.message : formatError(error)
  if (wanted.optional && isMachine(error)) console.log(`Skipped the image: ${reason}`)
  else {
    console.error(reason)
    process.exitCode = 1
  }
}
