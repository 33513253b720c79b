import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { committedFiles } from '../generate/files.ts'

/** Every generated file that is not what its source would write now. */
export async function staleFiles(): Promise<string[]> {
  const stale = committedFiles().filter(({ path, content }) => onDisk(path) !== content)
  return stale.map(({ path }) => `${path} is not what its source says: run "npm run generate"`)
}

function onDisk(path: string): string | undefined {
  try {
    return readFileSync(join(PROJECT, path), 'utf8')
  } catch {
    return undefined
  }
}
