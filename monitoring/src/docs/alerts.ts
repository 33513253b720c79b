import { type Alert, alerts } from '../components/index.ts'
import { runbookAnchor } from '../grafana/links.ts'
import { duration } from '../promql/time.ts'
import type { Parts } from './markers.ts'
import { code, table } from './table.ts'

const runbook = ({ name }: Alert) => `[${name}](../runbooks.md#${runbookAnchor(name)})`

const held = ({ for: seconds }: Alert) => (seconds > 0 ? duration(seconds) : 'at once')

/** A message fills values in; a reader sees a placeholder. */
const summary = (text: string) =>
  text.replaceAll(/\{\{ *\$labels\.(\w+)[^}]*\}\}/g, '‹$1›').replaceAll(/\{\{[^}]*\}\}/g, '‹value›')

const inFull = alerts.map((alert) => [
  runbook(alert),
  alert.failure,
  alert.severity,
  alert.limit,
  held(alert),
  summary(alert.summary),
])

/** Of several rules of one name the first, which is the most urgent. */
const byName = alerts.filter(
  ({ name }, at) => alerts.findIndex((other) => other.name === name) === at,
)
/** `alert-table` and `alert-count`. */
export const alertParts: Parts = {
  'alert-table': table(
    ['Alert and runbook', 'Failure', 'Severity', 'Limit', 'For', 'Summary in the message'],
    inFull,
  ),
  'alert-count': `There are ${byName.length} alerts, made of ${alerts.length} rules. ${code('Watchdog')} is the only one that always fires.`,
}
