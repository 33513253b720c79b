import { expect, it } from 'vitest'
import { PATIENCE, refusals, STAGE } from '../support/refusals.ts'
import { runTool } from '../support/tools.ts'

it(
  'has nothing to say against the tree as it is',
  async () => {
    expect(await refusals(() => {}, runTool)).toEqual([])
  },
  PATIENCE,
)

it(
  'tells a folder that does not build once, not again for each that names it',
  async () => {
    const complaints = await refusals(
      ({ change }) =>
        change(`${STAGE}/apps/kustomization.yaml`, '  - worker.yaml', '  - wroker.yaml'),
      runTool,
    )
    expect(complaints.filter((one) => one.includes('cannot build'))).toHaveLength(1)
  },
  PATIENCE,
)
