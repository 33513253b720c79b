import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

/** TypeScript blocks of a page, without the indent of a list. */
function examplesOf(page: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n')
}

/** Whether a source file of the project has the word. */
function isInSources(word: string): boolean {
  try {
    execFileSync(
      'git',
      ['grep', '-qwF', word, '--', 'api/src', 'monitoring/src', 'packages/sideport/src'],
      {
        cwd: ROOT,
      },
    )
    return true
  } catch {
    return false
  }
}

const PAGES = ['README.md', 'docs/guides/how-to.md']

it.each(PAGES)(
  'every function, field and type in the examples of %s is one of the code',
  (page) => {
    const examples = examplesOf(page)
    const used = [
      // Called functions, and what is taken from the catalogue or spread.
      ...examples.matchAll(/(?<![.\w])([a-z]\w+)\(/g),
      ...examples.matchAll(/catalogue\.(\w+)/g),
      ...examples.matchAll(/\.\.\.(\w+)/g),
      ...examples.matchAll(/: ([A-Z]\w+) =/g),
      ...examples.matchAll(/^ *([a-z]\w+):? .*,$/gm),
    ].map(([, name = '']) => name)
    expect(used.length).toBeGreaterThan(5)
    const invented = ['sessionsClosed', 'offersRefused', 'reportSessionsClosed', 'poolExhausted']
    const unknown = used.filter((name) => !invented.includes(name) && !isInSources(name))
    expect(unknown).toEqual([])
  },
)
