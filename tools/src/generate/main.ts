/** `npm run generate`: writes rules, dashboards, the release and the generated services of the docs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT, readCommandLine } from '@verifluence/testkit'
import { committedFiles } from './files.ts'

readCommandLine(
  ['npm run generate', '', 'Writes rules, dashboards, the release and docs tables.'],
  {},
)
for (const { path, content } of committedFiles()) {
  const file = join(PROJECT, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
