import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { PROJECT } from '@verifluence/testkit'

const git = async (...args: string[]) =>
  (await promisify(execFile)('git', ['-C', PROJECT, ...args])).stdout.trim()

/** What is proven: the commit, and whether anything but the page itself differs from it. */
export async function revision(): Promise<{ readonly hash: string; readonly isChanged: boolean }> {
  const hash = await git('rev-parse', '--short', 'HEAD')
  const changes = await git('status', '--porcelain', '--', '.', ':!docs/reference/drills.md')
  return { hash, isChanged: changes !== '' }
}
