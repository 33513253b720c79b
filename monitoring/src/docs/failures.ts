import { alerts } from '../components/index.ts'
import { type FailureId, failureIds, failures, harmless } from '../failures.ts'
import { runbookAnchor } from '../grafana/links.ts'
import type { Parts } from './markers.ts'
import { table } from './table.ts'

function alertsFor(id: FailureId): string {
  const names = alerts
    .filter(({ failure }) => failureIds(failure).includes(id))
    .map(({ name }) => `[${name}](../runbooks.md#${runbookAnchor(name)})`)
  return [...new Set(names)].join(', ')
}

/** `failures` and `harmless`. */
export const failureParts: Parts = {
  failures: table(
    ['Id', 'Failure', 'Alert and runbook', 'Notification within'],
    Object.entries(failures).map(([id, { what, within }]) => [
      id,
      what,
      alertsFor(id as FailureId),
      within,
    ]),
  ),
  harmless: harmless.map((line) => `- ${line}`).join('\n'),
}
