import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))

/** A copy of the operations tree and its docs, to do harm to. */
export const copyOfTree = () => {
  const root = mkdtempSync(join(tmpdir(), 'tree-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const folder of ['operations', 'docs'])
    cpSync(join(PROJECT, folder), join(root, folder), { recursive: true })
  return {
    root,
    read: (path: string) => readFileSync(join(root, path), 'utf8'),
    write: (path: string, content: string) => writeFileSync(join(root, path), content),
    /** Replaces the first place of `was`; a place that is not there is a mistake of the test. */
    change: (path: string, was: string | RegExp, becomes: string) => {
      const file = join(root, path)
      const before = readFileSync(file, 'utf8')
      const after = before.replace(was, () => becomes)
      if (after === before) throw new Error(`${path} has no ${was}`)
      writeFileSync(file, after)
    },
  }
}
