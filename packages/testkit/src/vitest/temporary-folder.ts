import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of the test's own; removed by `remove`. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'verifluence-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A folder that is removed when the test is over, after what was launched in it later. */
export function folderOfThisTest(): string {
  const { path, remove } = temporaryFolder()
  onTestFinished(remove)
  return path
}
