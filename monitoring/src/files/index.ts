import { dashboardFiles } from './dashboards.ts'
import type { GeneratedFile } from './generated.ts'
import { releaseFile } from './release.ts'
import { ruleFiles } from './rules.ts'

export type { GeneratedFile } from './generated.ts'

/** Everything that `npm run generate` writes. */
export const generatedFiles = (): GeneratedFile[] => [
  ...ruleFiles(),
  releaseFile(),
  ...dashboardFiles(),
]
