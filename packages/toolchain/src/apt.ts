import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

type Sources = {
  readonly archive: string
  readonly suites: readonly string[]
  readonly signal: AbortSignal
}

type DebianPackage = { readonly file: string; readonly version: string }

/** apt-get with sources, lists and cache of its own, so that the machine's package state stays as it is. */
export type Apt = {
  /** Fetches `name` of `suite` into the empty folder `into`. */
  readonly download: (name: string, suite: string, into: string) => Promise<DebianPackage>
  readonly unpack: (file: string, into: string) => Promise<void>
}

/**
 * Reads the package lists of some suites of an archive into `folder`.
 *
 * @throws Error saying why not: no apt here, no keyring, archive unreachable.
 */
export async function openApt(folder: string, from: Sources): Promise<Apt> {
  if (!existsSync('/usr/bin/apt-get')) throw new Error('this system has no apt-get')
  if (!existsSync(KEYRING)) {
    throw new Error(`${KEYRING} is missing (apt-get install debian-archive-keyring)`)
  }
  const settings = writeSettings(folder, from)
  const apt = (args: readonly string[], cwd: string) =>
    run('apt-get', [`--config-file=${settings}`, '-q', ...args], { cwd, signal: from.signal })

  const warnings = await apt(['update'], folder)
  const lists = readdirSync(join(folder, 'lists'))
  if (!lists.some((name) => name.includes('_Packages'))) {
    throw new Error(`the package lists could not be read: ${mainPoint(warnings)}`)
  }
  return {
    download: async (name, suite, into) => {
      await apt(['download', `${name}/${suite}`], into)
      const [file = ''] = readdirSync(into)
      return { file: join(into, file), version: decodeURIComponent(file.split('_')[1] ?? '') }
    },
    unpack: async (file, into) => {
      await run('dpkg-deb', ['-x', file, into], { cwd: folder, signal: from.signal })
    },
  }
}

/** The system's own settings stay (a proxy may be among them); its hooks do not run. */
function writeSettings(folder: string, { archive, suites }: Sources): string {
  for (const service of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, service), { recursive: true })
  }
  const sources = join(folder, 'sources.list')
  const lines = suites.map((suite) => `deb [signed-by=${KEYRING}] ${archive} ${suite} main`)
  writeFileSync(sources, `${lines.join('\n')}\n`)
  const settings = join(folder, 'apt.conf')
  writeFileSync(
    settings,
    `Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "${join(folder, 'lists')}";
Dir::Cache "${join(folder, 'cache')}";
APT::Sandbox::User "${userInfo().username}";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Timeout "8";
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Post-Invoke;
#clear DPkg::Post-Invoke;
`,
  )
  return settings
}

/** Runs a program to its end and returns what it said on standard error; that is also what a failure carries. */
function run(
  command: string,
  args: readonly string[],
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
      cwd,
      signal,
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(said)
      else reject(new Error(mainPoint(said)))
    })
  })
}

function mainPoint(said: string): string {
  const lines = said.split('\n').filter(Boolean)
  return (
    lines.find((line) => /No space left|^E:|^dpkg-deb: error/.test(line)) ??
    lines[0] ??
    'no reason given'
  )
}
