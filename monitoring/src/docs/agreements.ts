import { CHART_RECORD } from '@verifluence/toolchain'
import { agreements } from '../gate/agreements/table.ts'
import type { Parts } from './markers.ts'
import { table } from './table.ts'

/** `agreements`: the pairs that the gate compares; `chart`: what the recorded chart runs. */
export const agreementParts: Parts = {
  agreements: table(
    ['Kind', 'This', 'must', 'that', 'or else'],
    agreements.map(({ kind, between: [one, other], must, otherwise }) => [
      kind,
      one,
      must,
      other,
      otherwise,
    ]),
  ),
  chart: table(
    ['Program', 'Version'],
    [[CHART_RECORD.chart, CHART_RECORD.version], ...Object.entries(CHART_RECORD.runs)],
  ),
}
