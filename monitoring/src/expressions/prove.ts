import { alerts, recordingGroups } from '../components/index.ts'
import { dashboards } from '../grafana/dashboards.ts'
import { readExpression, withoutVariables } from '../promql/parse.ts'
import { reasonForAbsence } from './absent.ts'
import { allExpressions, type PlacedExpression } from './all.ts'

/** What became of one expression on a running Prometheus. */
export interface Proof {
  readonly expression: PlacedExpression
  readonly standing: 'proven' | 'rightly empty' | 'unproven'
  /** Why it is empty, or what is wrong. */
  readonly reason?: string
}

/** Dashboards with everything chosen that there is. */
const everythingChosen = (expr: string) =>
  withoutVariables(expr).replaceAll(/\$(env|route|job|target|event_type|surface)/g, '.*')

/** What answers even where nothing is would prove nothing. */
const withoutFallback = (expr: string) => expr.replace(/ or vector\(0\)$/, '')

/** How many series a query returns; NaN is not a value. */
const countSeries = async (prometheus: string, query: string): Promise<number> => {
  const response = await fetch(`${prometheus}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  })
  const answer = (await response.json()) as {
    error?: string
    data?: { result: readonly { value: readonly [number, string] }[] }
  }
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer.data?.result.filter(({ value }) => value[1] !== 'NaN').length ?? 0
}

/** The state of alerts says nothing of a metric: on a healthy system it is empty. */
const readsAlerts = (selector: string) =>
  /^(ALERTS|ALERTS_FOR_STATE|alert:firing_since:seconds)\b/.test(selector)

/** An alert rightly returns nothing, so each thing that it reads is asked for instead. */
const proveAlert = async (prometheus: string, expression: PlacedExpression): Promise<Proof> => {
  await countSeries(prometheus, expression.expr)
  const reasons: string[] = []
  for (const { from, to } of readExpression(expression.expr).selectors) {
    const selector = expression.expr.slice(from, to)
    if (readsAlerts(selector) || (await countSeries(prometheus, selector)) > 0) continue
    const reason = reasonForAbsence(selector)
    if (reason === undefined)
      return { expression, standing: 'unproven', reason: `${selector} finds nothing` }
    reasons.push(reason)
  }
  return reasons.length === 0
    ? { expression, standing: 'proven' }
    : { expression, standing: 'rightly empty', reason: [...new Set(reasons)].join(', ') }
}

const proveQuery = async (prometheus: string, expression: PlacedExpression): Promise<Proof> => {
  if ((await countSeries(prometheus, withoutFallback(everythingChosen(expression.expr)))) > 0)
    return { expression, standing: 'proven' }
  const reason = expression.mayBeEmpty
  return reason === undefined
    ? { expression, standing: 'unproven', reason: 'it returns nothing' }
    : { expression, standing: 'rightly empty', reason }
}

/**
 * Asks a running Prometheus every expression of rules, dashboards and docs.
 *
 * @param prometheus its address, without a slash at the end
 */
export const proveExpressions = async (prometheus: string): Promise<Proof[]> => {
  const proofs: Proof[] = []
  for (const expression of allExpressions) {
    const prove = expression.kind === 'alert' ? proveAlert : proveQuery
    proofs.push(
      await prove(prometheus, expression).catch(
        (error: Error): Proof => ({ expression, standing: 'unproven', reason: error.message }),
      ),
    )
  }
  return proofs
}

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
