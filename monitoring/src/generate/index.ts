import type { Parts } from '../docs/markers.ts'
import { pageFiles } from '../docs/pages.ts'
import { dashboardFiles } from './dashboards.ts'
import type { GeneratedFile } from './files.ts'
import { releaseFile } from './release.ts'
import { ruleFiles } from './rules.ts'

export type { GeneratedFile } from './files.ts'

/**
 * Everything that `npm run generate` writes.
 *
 * @param partsOfOthers parts of pages about what this workspace cannot know
 */
export const generatedFiles = (partsOfOthers: Parts): GeneratedFile[] => [
  ...ruleFiles(),
  releaseFile(),
  ...dashboardFiles(),
  ...pageFiles(partsOfOthers),
]
