import { alerts, recordingGroups } from '../components/index.ts'
import { dashboards } from '../grafana/dashboards.ts'
import type { Proof } from './prove.ts'

const count = (proofs: readonly Proof[], standing: Proof['standing']) =>
  proofs.filter((proof) => proof.standing === standing).length

/** The proof in a few lines: what there is, how much of it was proven, and what was not. */
export const describeProofs = (proofs: readonly Proof[]): string[] => {
  const panels = dashboards.flatMap(({ rows }) => rows.flatMap((row) => row.panels)).length
  const recordings = recordingGroups.flatMap((group) => group.recordings).length
  const unproven = proofs.filter(({ standing }) => standing === 'unproven')
  const empty = proofs.filter(({ standing }) => standing === 'rightly empty')
  return [
    ...empty.map(({ expression, reason }) => `  rightly empty  ${expression.place}: ${reason}`),
    ...unproven.map(
      ({ expression, reason }) =>
        `  UNPROVEN       ${expression.place} (${expression.file}): ${reason}`,
    ),
    `${dashboards.length} dashboards with ${panels} panels, ${alerts.length} alerts, ${recordings} recordings: ` +
      `${proofs.length} expressions, ${count(proofs, 'proven')} proven live, ${empty.length} rightly empty, ${unproven.length} unproven.`,
  ]
}
