import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { brokenLinks } from './links.ts'

const root = join(import.meta.dirname, '..', '..')
const broken = (page: string, text: string, other = '# Other\n\n## A heading\n') =>
  brokenLinks(
    root,
    new Map([
      [page, text],
      ['docs/index.md', other],
    ]),
  ).join('\n')

describe('the link check', () => {
  it.each([
    [
      'a file that is not there',
      'docs/runbooks.md',
      '[x](nowhere.md)',
      'docs/nowhere.md, which is not there',
    ],
    ['a heading of another page', 'docs/runbooks.md', '[x](index.md#lost)', 'the heading #lost'],
    ['a heading of the same page', 'docs/runbooks.md', '[x](#lost)', 'the heading #lost'],
    ['a way out of the site', 'docs/runbooks.md', '[x](../README.md)', 'leaves docs/'],
    [
      'an image that is not there',
      'README.md',
      '![x](docs/x.png)',
      'docs/x.png, which is not there',
    ],
  ])('names the page and %s', (_, page, text, says) => {
    expect(broken(page, text)).toContain(`${page}: the link`)
    expect(broken(page, text)).toContain(says)
  })

  it.each([
    ['a heading of another page', '[x](index.md#a-heading)'],
    ['an address of the web, which it does not try', '[x](https://example.invalid/y)'],
    ['what only looks like a link, in code', '`[x](nowhere.md)`'],
    ['a heading with code in it', '## The `job` table\n\n[x](#the-job-table)'],
  ])('accepts %s', (_, text) => {
    expect(broken('docs/runbooks.md', text)).toBe('')
  })
})

it('finds no broken link in the pages of the project', () => {
  const tracked = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  const paths = tracked.trim().split('\n')
  expect(paths).toContain('docs/runbooks.md')
  const pages = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  expect(brokenLinks(root, pages)).toEqual([])
})
