import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDocs } from '../src/server/docs.ts'

function docsWith(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return readDocs(folder)
}

const docs = docsWith({
  'index.md':
    '# Monitoring\n\nSee [alerting](guides/alerting.md#routes) and [code](../api/src/worker.ts).',
  'guides/alerting.md':
    '# Alerting\n\nWho receives what.\n\n## Routes\n\nBack to [start](../index.md).',
  'runbooks.md':
    '# Runbooks\n\n## WorkerDown\n\nRestart it, or see [ApiDown](#apidown).\n\n#### Causes\n\nMany.\n\n## ApiDown\n\nOther.',
  'hostile.md':
    '# <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))',
})

test('links between pages lead to the pages of the console', () => {
  expect(docs.page('index')?.html).toContain('href="/docs/guides/alerting#routes"')
  expect(docs.page('guides/alerting')?.html).toContain('href="/docs/"')
})

test('a link to a file of the repository is no link', () => {
  expect(docs.page('index')?.html).not.toContain('href="../api')
})

test('a runbook is the section of its alert, with what belongs to it', () => {
  const { html = '' } = docs.runbook('workerdown') ?? {}
  expect(html).toContain('Restart it')
  expect(html).toContain('Many.')
  expect(html).not.toContain('Other.')
  expect(docs.runbook('Nothing')).toBeUndefined()
})

test('HTML in a page is shown as text', () => {
  const { html = '' } = docs.page('hostile') ?? {}
  expect(html).not.toMatch(/<(img|script)|href="javascript:/)
})

test('a search finds the section with every word, the heading first', () => {
  expect(docs.search('workerdown')[0]).toMatchObject({ path: 'runbooks', anchor: 'workerdown' })
  expect(docs.search('restart other')).toEqual([])
  expect(docs.search('  ')).toEqual([])
})

test('a part of a page has headings without a gap, and links to the rest of its page', () => {
  const { html = '' } = docs.runbook('WorkerDown', 2) ?? {}
  expect(html.match(/<h\d/g)).toEqual(['<h2', '<h3'])
  expect(html).toContain('href="/docs/runbooks#apidown"')
})
