import { expect, it } from 'vitest'
import { operationsComplaints } from '../../src/gate/index.ts'
import type { RunTool } from '../../src/tools.ts'
import { copyOfTree } from './copy.ts'
import { runTool } from './tools.ts'

export const PROD = 'operations/clusters/prod'
export const STAGE = `${PROD}/stage`
export const RELEASE = `${PROD}/monitoring/releases/kube-prometheus-stack.yaml`
export const RULES = `${STAGE}/monitoring/platform-rules.yaml`
export const DASHBOARD = `${PROD}/monitoring/dashboards/verifluence-worker.json`

/** The whole gate runs some fifty programs, on a busy machine for a while. */
export const PATIENCE = 60_000

export type Tree = ReturnType<typeof copyOfTree>

/** Does harm to a copy of the tree; says what the gate answers. */
export const refusals = async (
  harm: (tree: Tree) => void,
  programs?: RunTool,
): Promise<string[]> => {
  const tree = copyOfTree()
  harm(tree)
  return operationsComplaints(tree.root, programs)
}

/** A harm, and what one complaint about it must say. */
export type Case = readonly [what: string, harm: (tree: Tree) => void, says: readonly string[]]

/** Each is found by reading the files. */
export const refusesByReading = (cases: readonly Case[]) =>
  it.each(cases)('refuses %s, with the file and the remedy', async (_, harm, says) => {
    expectRefusal(await refusals(harm), says)
  })

/** Each is found by kustomize, promtool or amtool. */
export const refusesByPrograms = (cases: readonly Case[]) =>
  it.each(cases)(
    'refuses %s, in the words of the program',
    async (_, harm, says) => expectRefusal(await refusals(harm, runTool), says),
    PATIENCE,
  )

const expectRefusal = (complaints: readonly string[], says: readonly string[]) => {
  const fitting = complaints.filter((complaint) => says.every((part) => complaint.includes(part)))
  expect(fitting, complaints.join('\n')).not.toEqual([])
}
