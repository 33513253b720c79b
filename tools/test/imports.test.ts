import { expect, it } from 'vitest'
import { trackedSources, wrongImports } from '../src/check/imports.ts'

const complaint = (path: string, text: string) => wrongImports([{ path, text }])

it.each([
  ['api/src/app.ts', "import { alerts } from '@verifluence/monitoring'", 'stands above api'],
  ['api/src/app.ts', "import type { A } from '@verifluence/monitoring/alerts'", 'stands above api'],
  ['api/src/app.ts', "export { until } from '@verifluence/testkit'", 'stands above api'],
  ['packages/fakes/src/a.ts', "import 'sideport'", 'may import no other workspace'],
  ['packages/testkit/test/a.test.ts', "await import('@verifluence/e2e')", 'stands above'],
  ['monitoring/src/a.ts', "import { b } from '../../api/src/b.ts'", 'reaches into api'],
  ['e2e/src/a/b.ts', "export * from '../../../local/src/c.ts'", 'reaches into local'],
])('refuses in %s: %s', (path, text, service) => {
  const [sentence = '', ...more] = complaint(path, text)
  expect(sentence).toContain(path)
  expect(sentence).toContain(service)
  expect(more).toEqual([])
})

it.each([
  ['api/test/a.test.ts', "import { until } from '@verifluence/testkit'"],
  ['api/src/app.ts', "import { b } from './b.ts'\nimport { Hono } from 'hono'"],
  ['e2e/src/a.ts', "import { startStack } from '@verifluence/local'"],
  ['local/test/a.test.ts', "import { b } from '../src/b.ts'"],
])('accepts in %s: %s', (path, text) => expect(complaint(path, text)).toEqual([]))

it('reads every source file of the repository', () => {
  expect(trackedSources().length).toBeGreaterThan(500)
})
