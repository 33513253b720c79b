import { environment } from '@verifluence/local'
import { environmentTable, type GeneratedFile, generatedFiles } from '@verifluence/monitoring'

/** Everything that is generated and committed: what `monitoring` derives, and the stack's own table. */
export const committedFiles = (): GeneratedFile[] =>
  generatedFiles({ 'environment-stack': environmentTable(environment) })
