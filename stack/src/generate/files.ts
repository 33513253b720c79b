import { environmentTable, type GeneratedFile, generatedFiles } from '@verifluence/monitoring'
import { environment } from '../config.ts'

/** Everything that is generated and committed: what `monitoring` derives, and the stack's own table. */
export const committedFiles = (): GeneratedFile[] =>
  generatedFiles({ 'environment-stack': environmentTable(environment) })
