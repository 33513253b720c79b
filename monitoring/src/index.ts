import { fileURLToPath } from 'node:url'
import { helmReleaseOf } from './gate/chart/releases.ts'
import { operationsComplaints } from './gate/index.ts'
import { kinds } from './gate/kinds.ts'
import { faultsOf } from './gate/schemas.ts'
import { type Manifest, readTree } from './gate/tree.ts'
import type { RunTool } from './tools.ts'

export { type Alert, alerts } from './components/index.ts'
export { environmentTable } from './docs/environment.ts'
export { type GeneratedFile, generatedFiles } from './generate/index.ts'
export type { RunTool } from './tools.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** What must not reach the cluster in this project's own tree, one sentence each; none is well. */
export const gate = (runTool: RunTool): Promise<string[]> => operationsComplaints(project, runTool)

/** The release of the monitoring chart in this project's tree, in Helm's terms. */
export const chartRelease = () => helmReleaseOf(readTree(project))

/** What is wrong with an object by the schema of its kind; `undefined` for a kind the tree does not use. */
export const objectFaults = (object: Manifest): string[] | undefined => {
  const model = kinds.get(`${object.apiVersion} ${object.kind}`)
  return model && faultsOf(model, object)
}
