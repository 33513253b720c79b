import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * Downloads each supported Node.js and the oldest TypeScript into the project's cache, where the
 * package matrix of `pack.test.ts` finds them: `npm run try-node-versions`.
 */
const VERSIONS = ['20', '22', '24']
const ROOT = join(import.meta.dirname, '..', '..', '..', '..')

const npm = (...args: string[]) => execFileSync('npm', args, { cwd: ROOT, stdio: 'inherit' })
const install = (folder: string, what: string) =>
  npm('install', '--no-audit', '--no-fund', '--prefix', join(ROOT, '.cache', folder), what)

install('typescript-5.4', 'typescript@5.4')
for (const version of VERSIONS) {
  install(`node-${version}`, `node-${process.platform}-${process.arch}@${version}`)
}
npm('exec', 'vitest', '--', 'run', 'packages/sideport/test/package/pack.test.ts')
