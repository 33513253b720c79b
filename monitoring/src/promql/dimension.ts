import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { type Text, withoutVariables } from './parse.ts'

/** What a value is measured in; `number` fits everything, `mixed` fits nothing. */
export type Dimension =
  | 'count'
  | 'count a second'
  | 'count a minute'
  | 'seconds'
  | 'bytes'
  | 'bytes a second'
  | 'ratio'
  | 'number'
  | 'mixed'

/** What the values of an expression are measured in, from the names of its metrics and its functions. */
export const dimensionOf = (written: string): Dimension => {
  const expr = withoutVariables(written)
  return read(parser.parse(expr).topNode, ({ from, to }) => expr.slice(from, to))
}

/** By the suffix that Prometheus' conventions ask for. */
const ofMetric = (name: string): Dimension => {
  if (/_ratio(:|$)/.test(name)) return 'ratio'
  if (/:rate/.test(name)) return 'count a second'
  if (/_(count|bucket)$/.test(name)) return 'count'
  // The blackbox exporter's `_cert_expiry` is an instant without a unit in its name.
  if (/_seconds(_total|_sum)?$|_cert_expiry$/.test(name)) return 'seconds'
  if (/_bytes(_total|_sum)?$/.test(name)) return 'bytes'
  return 'count'
}

const perSecond = (dimension: Dimension): Dimension => {
  if (dimension === 'seconds') return 'ratio'
  if (dimension === 'count') return 'count a second'
  return dimension === 'bytes' ? 'bytes a second' : 'mixed'
}

const child = (node: SyntaxNode | null, name: string) => node?.getChild(name) ?? null

const read = (node: SyntaxNode | null, text: Text): Dimension => {
  switch (node?.name) {
    case undefined:
      return 'mixed'
    case 'NumberDurationLiteral':
      return 'number'
    case 'VectorSelector': {
      const identifier = child(node, 'Identifier')
      return identifier ? ofMetric(text(identifier)) : 'mixed'
    }
    case 'FunctionCall':
      return ofCall(node as SyntaxNode, text)
    case 'AggregateExpr':
      return ofAggregation(node as SyntaxNode, text)
    case 'BinaryExpr':
      return ofOperation(node as SyntaxNode, text)
    default:
      // Brackets, ranges, offsets and `@` change nothing.
      return read((node as SyntaxNode).firstChild, text)
  }
}

const ofAggregation = (node: SyntaxNode, text: Text): Dimension => {
  const operator = child(node, 'AggregateOp')
  if (operator && ['count', 'group', 'count_values'].includes(text(operator))) return 'count'
  // `topk` and `quantile` take a number first.
  return read(child(node, 'FunctionCallBody')?.lastChild ?? null, text)
}

const COUNTING = ['changes', 'resets', 'count_over_time', 'absent', 'absent_over_time']

const ofCall = (node: SyntaxNode, text: Text): Dimension => {
  const identifier = child(node, 'FunctionIdentifier')
  const name = identifier ? text(identifier) : ''
  const body = child(node, 'FunctionCallBody')
  const first = body?.firstChild ?? null
  if (name === 'time' || name === 'timestamp') return 'seconds'
  if (name === 'vector') return 'number'
  if (COUNTING.includes(name)) return 'count'
  if (name === 'histogram_quantile') {
    const bucket = /\w+(?=_bucket\b)/.exec(body ? text(body) : '')
    return bucket ? ofMetric(bucket[0]) : 'mixed'
  }
  const inner = read(first, text)
  return ['rate', 'irate', 'deriv'].includes(name) ? perSecond(inner) : inner
}

const ofOperation = (node: SyntaxNode, text: Text): Dimension => {
  const left = read(node.firstChild, text)
  const right = read(node.lastChild, text)
  if (node.getChild('Mul')) return product(left, right, node.firstChild, text)
  if (node.getChild('Div')) return quotient(left, right)
  if (node.getChild('Add') ?? node.getChild('Sub') ?? node.getChild('Or')) {
    if (left === 'number') return right
    return right === 'number' || left === right ? left : 'mixed'
  }
  // Comparisons, `and` and `unless` keep values of the left.
  return left
}

const product = (
  left: Dimension,
  right: Dimension,
  first: SyntaxNode | null,
  text: Text,
): Dimension => {
  if (left === 'number' && right === 'count a second' && first && text(first) === '60')
    return 'count a minute'
  if (left === 'number' || left === 'ratio') return right
  return right === 'number' || right === 'ratio' ? left : 'mixed'
}

const quotient = (left: Dimension, right: Dimension): Dimension => {
  if (right === 'number') return left
  if (left === right) return 'ratio'
  // Seconds a second over events a second is seconds for each event.
  const isMean = (left === 'ratio' && right === 'count a second') || right === 'count'
  return isMean && left !== 'mixed' ? (left === 'ratio' ? 'seconds' : left) : 'mixed'
}
