import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { GeneratedFile } from '../generate/files.ts'
import { agreementParts } from './agreements.ts'
import { alertParts } from './alerts.ts'
import { environmentParts } from './environment.ts'
import { failureParts } from './failures.ts'
import { jobParts } from './jobs.ts'
import { fill, type Parts, partsOf } from './markers.ts'
import { metricParts } from './metrics.ts'
import { panelParts } from './panels.ts'
import { routeParts } from './routes.ts'

const project = new URL('../../..', import.meta.url)

const IGNORED = /(^|\/)(node_modules|\.vitepress|dist)\//

/** The pages for people: their paths below the project's folder. */
export const pagePaths = (): string[] => [
  'README.md',
  ...readdirSync(fileURLToPath(new URL('docs', project)), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !IGNORED.test(file))
    .sort()
    .map((file) => `docs/${file}`),
]

export const readPage = (path: string): string => readFileSync(new URL(path, project), 'utf8')

/** The pages with their generated parts; a page without any is not among them. */
export const pageFiles = (partsOfOthers: Parts): GeneratedFile[] => {
  const parts = {
    ...agreementParts,
    ...metricParts,
    ...jobParts,
    ...alertParts,
    ...failureParts,
    ...panelParts,
    ...routeParts,
    ...environmentParts,
    ...partsOfOthers,
  }
  return pagePaths()
    .map((path) => ({ path, text: readPage(path) }))
    .filter(({ text }) => partsOf(text).length > 0)
    .map(({ path, text }) => ({ path, content: fill(path, text, parts) }))
}
