import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pagePaths, readPage } from '../../src/docs/pages.ts'
import { brokenLinks } from '../../src/site/links.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
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
      'docs/how-to.md',
      '[x](nowhere.md)',
      'docs/nowhere.md, which is not there',
    ],
    ['a heading of another page', 'docs/how-to.md', '[x](index.md#lost)', 'the heading #lost'],
    ['a heading of the same page', 'docs/how-to.md', '[x](#lost)', 'the heading #lost'],
    ['a way out of the site', 'docs/how-to.md', '[x](../README.md)', 'leaves docs/'],
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
    expect(broken('docs/how-to.md', text)).toBe('')
  })
})

const BESIDE_CODE = ['CONTRIBUTING.md', 'operations/README.md', 'packages/sideport/README.md']

it('finds no broken link in the pages of the project', () => {
  const pages = new Map([...pagePaths(), ...BESIDE_CODE].map((path) => [path, readPage(path)]))
  expect(brokenLinks(root, pages)).toEqual([])
})
