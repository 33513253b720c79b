import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { receiversOf } from './routing.ts'
import type { Limit, Routing, Rule } from './state.ts'
import { activeAlert, type Prometheus, type RawRule } from './upstream.ts'

const OPERATORS: Readonly<Record<string, Limit['op']>> = { Gtr: '>', Gte: '≥', Lss: '<', Lte: '≤' }
/** The same comparison with its sides exchanged. */
const MIRRORED: Readonly<Record<Limit['op'], Limit['op']>> = {
  '>': '<',
  '≥': '≤',
  '<': '>',
  '≤': '≥',
}
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

/**
 * Each comparison of a rule with a number: what is measured, and from which value on it fires. What
 * stands right of `and` only narrows down, so it is left out; what `unless` takes away is not measured.
 */
export function limitsOf(query: string): Limit[] {
  const text = ({ from, to }: SyntaxNode) => query.slice(from, to)
  const found: Limit[] = []
  const visit = (node: SyntaxNode): void => {
    if (node.name === 'BinaryExpr') {
      const [left, operator, right] = [
        node.firstChild,
        node.firstChild?.nextSibling ?? null,
        node.lastChild,
      ]
      const op = operator ? OPERATORS[operator.name] : undefined
      if (left && right && op) {
        const [a, b] = [text(left).trim(), text(right).trim()]
        const limit = NUMBER.test(b)
          ? { expr: a, op, threshold: Number(b) }
          : NUMBER.test(a) && { expr: b, op: MIRRORED[op], threshold: Number(a) }
        if (limit) {
          found.push(limit)
          return
        }
      }
      if (left && operator?.name === 'And') {
        visit(left)
        return
      }
      if (left && operator?.name === 'Unless') {
        const before = found.length
        visit(left)
        const taken = query.slice(left.to, node.to)
        for (let index = before; index < found.length; index += 1) {
          const limit = found[index]
          if (limit) found[index] = { ...limit, expr: `(${limit.expr})${taken}` }
        }
        return
      }
    }
    // `absent(x == 1)` fires where x is below 1, or not there.
    if (node.name === 'FunctionCall' && node.firstChild && text(node.firstChild) === 'absent') {
      const inside = /^absent\s*\(([\s\S]+?)\s*==\s*1\s*\)$/.exec(text(node))?.[1]
      if (inside) found.push({ expr: inside, op: '<', threshold: 1 })
      return
    }
    for (let child = node.firstChild; child; child = child.nextSibling) visit(child)
  }
  visit(parser.parse(query).topNode)
  return found
}

/** The value of a limit's series that is furthest on its way to firing; absent where there is none. */
async function worstOf(prometheus: Prometheus, { expr, op }: Limit): Promise<number | undefined> {
  const values = await prometheus.values(expr).catch(() => [])
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return undefined
  return op === '<' || op === '≤' ? Math.min(...finite) : Math.max(...finite)
}

/** How far a value is on its way: 1 is the limit itself. */
function progress({ op, threshold }: Limit, value: number | undefined): number {
  if (value === undefined) return Number.NEGATIVE_INFINITY
  if (op === '<' || op === '≤') return threshold - value
  return threshold === 0 ? value : value / threshold
}

async function nearestLimit(
  prometheus: Prometheus,
  { query }: RawRule,
): Promise<{ limit?: Limit; value?: number }> {
  const limits = limitsOf(query)
  const read = await Promise.all(
    limits.map(async (limit) => ({ limit, value: await worstOf(prometheus, limit) })),
  )
  const [nearest] = read.sort((a, b) => progress(b.limit, b.value) - progress(a.limit, a.value))
  if (nearest === undefined) return {}
  return { limit: nearest.limit, ...(nearest.value !== undefined && { value: nearest.value }) }
}

/**
 * Every alerting rule with its limit, its value and its receivers.
 *
 * @param routing of Alertmanager; the receivers stay empty without it
 * @throws UpstreamError where Prometheus does not answer
 */
export async function allRules(
  prometheus: Prometheus,
  routing: Routing | undefined,
): Promise<Rule[]> {
  const groups = await prometheus.ruleGroups()
  return Promise.all(
    groups.flatMap(({ name: group, rules }) =>
      rules.map(
        async (rule): Promise<Rule> => ({
          name: rule.name,
          group,
          query: rule.query,
          labels: rule.labels,
          annotations: rule.annotations,
          state: rule.state,
          health: rule.health,
          lastError: rule.lastError ?? '',
          for: rule.duration,
          keepFiringFor: rule.keepFiringFor ?? 0,
          lastEvaluation: Date.parse(rule.lastEvaluation),
          evaluationSeconds: rule.evaluationTime,
          alerts: rule.alerts.map(activeAlert),
          ...(await nearestLimit(prometheus, rule)),
          receivers: routing
            ? receiversOf(routing.root, { ...rule.labels, alertname: rule.name })
            : [],
        }),
      ),
    ),
  )
}
