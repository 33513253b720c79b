import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..')

/**
 * Installs the peers, if they are missing. They live in this folder only, so that no one who works
 * on the kit has them.
 */
export function installPeers(): void {
  if (existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return
  console.log('Installing the peers (npm ci in bench/) …')
  const npm = spawnSync('npm', ['ci', '--no-progress'], { cwd: FOLDER, encoding: 'utf8' })
  if (npm.status === 0) return
  console.error(
    `The peers could not be installed: see that the npm registry can be reached, then start again.\n${npm.stderr}`,
  )
  process.exit(1)
}
