import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { labelNames, readMatcher, type Text } from './parse.ts'

/** Whether every series of a result can have the label. */
type Kept = (label: string) => boolean

const none: Kept = () => false
const all: Kept = () => true
const among =
  (labels: readonly string[]): Kept =>
  (label) =>
    labels.includes(label)

/** The labels that the result of an expression keeps: whatever its series have, less what is dropped. */
export const keptLabels = (expr: string): Kept =>
  keptBy(parser.parse(expr).topNode, ({ from, to }) => expr.slice(from, to))

const keptBy = (node: SyntaxNode | null, text: Text): Kept => {
  if (node === null) return none
  if (node.name === 'VectorSelector') return all
  if (node.name === 'AggregateExpr') return keptByAggregation(node, text)
  if (node.name === 'FunctionCall') return keptByFunction(node, text)
  if (node.name === 'BinaryExpr') return keptByOperation(node, text)
  return keptInside(node, text)
}

const childrenOf = function* (node: SyntaxNode) {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) yield child
}

/** Of brackets, or of arguments: those that are numbers or text have no labels. */
const keptInside = (node: SyntaxNode | null, text: Text): Kept => {
  const parts = node === null ? [] : [...childrenOf(node)].map((child) => keptBy(child, text))
  return (label) => parts.some((kept) => kept(label))
}

/** The label that a call makes is the first text among its arguments. */
const made = (body: SyntaxNode | null, text: Text): Kept =>
  among((body?.getChildren('StringLiteral') ?? []).slice(0, 1).map((one) => text(one).slice(1, -1)))

/** These choose among series instead of making new ones. */
const CHOOSING = ['topk', 'bottomk', 'limitk', 'limit_ratio']

/** What an inner aggregation has dropped, an outer one cannot group by. */
const keptByAggregation = (node: SyntaxNode, text: Text): Kept => {
  const operator = node.getChild('AggregateOp')
  const body = node.getChild('FunctionCallBody')
  const inside = keptInside(body, text)
  if (operator && CHOOSING.includes(text(operator))) return inside
  const modifier = node.getChild('AggregateModifier')
  const named = among(labelNames(modifier?.getChild('GroupingLabels'), text))
  if (modifier?.getChild('Without')) return (label) => inside(label) && !named(label)
  const counted = made(body, text)
  return (label) => (inside(label) && named(label)) || counted(label)
}

const keptByFunction = (node: SyntaxNode, text: Text): Kept => {
  const identifier = node.getChild('FunctionIdentifier')
  const body = node.getChild('FunctionCallBody')
  const inside = keptInside(body, text)
  switch (identifier ? text(identifier) : '') {
    case 'absent':
    case 'absent_over_time':
      return matched(body, text)
    case 'scalar':
      return none
    case 'histogram_quantile':
      return (label) => inside(label) && label !== 'le'
    case 'label_replace':
    case 'label_join': {
      const replaced = made(body, text)
      return (label) => inside(label) || replaced(label)
    }
    default:
      return inside
  }
}

/** What is absent has the labels it was asked for by equality, and none at all once it is compared. */
const matched = (body: SyntaxNode | null, text: Text): Kept => {
  const selector = (body?.getChild('MatrixSelector') ?? body)?.getChild('VectorSelector')
  const matchers = selector?.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  return among(
    matchers
      .map((matcher) => readMatcher(matcher, text))
      .filter(({ operator }) => operator === '=')
      .map(({ label }) => label),
  )
}

const keptByOperation = (node: SyntaxNode, text: Text): Kept => {
  const left = keptBy(node.firstChild, text)
  const right = keptBy(node.lastChild, text)
  if (node.getChild('And') ?? node.getChild('Unless')) return left
  if (node.getChild('Or')) return (label) => left(label) && right(label)
  const matching = node.getChild('MatchingModifierClause')
  if (matching) return keptByMatching(matching, left, right, text)
  // One of them is a number, or both have the same labels.
  return (label) => left(label) || right(label)
}

const keptByMatching = (clause: SyntaxNode, left: Kept, right: Kept, text: Text): Kept => {
  const [listed, taken] = clause
    .getChildren('GroupingLabels')
    .map((list) => among(labelNames(list, text)))
  const taking =
    (many: Kept, one: Kept): Kept =>
    (label) =>
      taken?.(label) ? one(label) : many(label)
  if (clause.getChild('GroupLeft')) return taking(left, right)
  if (clause.getChild('GroupRight')) return taking(right, left)
  const isOn = clause.getChild('On') !== null
  return (label) => left(label) && listed?.(label) === isOn
}
