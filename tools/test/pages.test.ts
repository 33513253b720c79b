import { PROJECT } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'
import { brokenLinks, missingPaths, missingReadmes, pageFaults } from '../src/check/pages.ts'

const broken = (page: string, text: string, other = '# Other\n\n## A heading\n') =>
  brokenLinks(
    PROJECT,
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
      'docs/nowhere.md, which does not exist',
    ],
    ['a heading of another page', 'docs/runbooks.md', '[x](index.md#lost)', 'the heading #lost'],
    ['a heading of the same page', 'docs/runbooks.md', '[x](#lost)', 'the heading #lost'],
    ['a page outside of the site', 'docs/runbooks.md', '[x](../README.md)', 'leaves docs/'],
    [
      'an image that is not there',
      'README.md',
      '![x](docs/x.png)',
      'docs/x.png, which does not exist',
    ],
  ])('names the page and %s', (_, page, text, says) => {
    expect(broken(page, text)).toContain(`${page}: the link`)
    expect(broken(page, text)).toContain(says)
  })

  it.each([
    ['a heading of another page', '[x](index.md#a-heading)'],
    ['an address of the web, which it does not request', '[x](https://example.invalid/y)'],
    ['what only looks like a link, in code', '`[x](nowhere.md)`'],
    ['a heading with code in it', '## The `job` table\n\n[x](#the-job-table)'],
  ])('accepts %s', (_, text) => {
    expect(broken('docs/runbooks.md', text)).toBe('')
  })
})

describe('the check of paths', () => {
  const files = ['api/src/server.ts', 'api/src/http/errors.ts', 'operations/clusters/a.yaml']
  const missing = (page: string, text: string) => missingPaths(new Map([[page, text]]), files)

  it.each([
    ['README.md', '`api/src/servers.ts`'],
    ['README.md', '`api/src/*.tsx`'],
    ['docs/x.md', '`api/gone/`'],
    ['operations/README.md', '`clusters/b.yaml`'],
  ])('in %s names %s, which matches no file', (page, text) => {
    expect(missing(page, text)).toEqual([`${page} names ${text}, which does not exist.`])
  })

  it.each([
    ['README.md', 'a file', '`api/src/server.ts`'],
    ['README.md', 'a folder', '`api/src/`'],
    ['README.md', 'a pattern', '`api/src/*/errors.ts`'],
    ['README.md', 'a placeholder', '`api/src/<folder>/errors.ts`'],
    ['README.md', 'a choice', '`api/src/{server,worker}.ts`'],
    ['operations/README.md', 'a path next to the page', '`clusters/a.yaml`'],
    ['README.md', 'what is no path of the project', '`wh/kick`, `text/plain`, `a b/c`'],
    ['CHANGELOG.md', 'a path of the past', '`api/src/gone.ts`'],
  ])('in %s accepts %s', (page, _, text) => {
    expect(missing(page, text)).toEqual([])
  })
})

it('names a workspace without a README', () => {
  const files = ['package.json', 'api/package.json', 'docs/package.json', 'packages/a/package.json']
  expect(missingReadmes([...files, 'api/README.md'])).toEqual([
    expect.stringContaining('packages/a/README.md is missing'),
  ])
})

it('finds no broken link and no missing path in the pages of the project', async () => {
  expect(await pageFaults()).toEqual([])
})
