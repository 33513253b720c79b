import { stringify } from 'yaml'
import { type GeneratedFile, notice } from './generated.ts'

/** A YAML file of one or more documents, with the notice in its first line. */
export const yamlFile = (
  path: string,
  source: string,
  documents: readonly unknown[],
): GeneratedFile => ({
  path,
  content: `# ${notice(source)}\n${documents.map(write).join('---\n')}`,
})

const write = (document: unknown) =>
  stringify(document, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })
