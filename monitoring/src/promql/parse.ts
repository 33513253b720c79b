import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** A label matcher as it is written. */
export interface WrittenMatcher {
  readonly label: string
  readonly operator: string
  readonly value: string
}

/** A metric that an expression reads, and what is done with it. */
export interface Selector {
  readonly name: string
  readonly matchers: readonly WrittenMatcher[]
  /** The functions around it, the innermost first, up to the next aggregation. */
  readonly functions: readonly string[]
  /** The aggregation that takes it in: `sum`, `max`, …; none at the top. */
  readonly aggregation?: string
  readonly from: number
  readonly to: number
}

/** `by (…)` of an aggregation, and the selectors inside it. */
interface Grouping {
  readonly labels: readonly string[]
  readonly selectors: readonly Selector[]
}

/** A read PromQL expression. `broken` quotes the place where it does not parse. */
export interface Reading {
  readonly broken?: string
  readonly selectors: readonly Selector[]
  readonly groupings: readonly Grouping[]
  /** For each `histogram_quantile`: the labels by which its argument is aggregated. */
  readonly quantiles: readonly (readonly string[])[]
}

/**
 * What Grafana fills in is replaced by something that parses: only durations are not strings already.
 */
export const withoutVariables = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '1h')
    .replaceAll('$__interval', '1m')

const ancestors = function* (node: SyntaxNode) {
  for (let at = node.parent; at !== null; at = at.parent) yield at
}

/** Reads a PromQL expression with the grammar of Prometheus' own editor. */
export const readExpression = (written: string): Reading => {
  const expr = withoutVariables(written)
  const text = (node: SyntaxNode) => expr.slice(node.from, node.to)
  const found = {
    selectors: [] as Selector[],
    aggregates: [] as SyntaxNode[],
    quantiles: [] as SyntaxNode[],
  }
  let broken: string | undefined

  parser.parse(expr).iterate({
    enter: ({ node, type }) => {
      if (type.isError) broken ??= expr.slice(Math.max(0, node.from - 20), node.to + 20).trim()
      if (type.name === 'VectorSelector') found.selectors.push(readSelector(node, text))
      if (type.name === 'AggregateExpr') found.aggregates.push(node)
      if (type.name === 'HistogramQuantile') found.quantiles.push(node)
    },
  })

  const inside = ({ from, to }: SyntaxNode) =>
    found.selectors.filter((selector) => selector.from >= from && selector.to <= to)
  return {
    ...(broken === undefined ? {} : { broken }),
    selectors: found.selectors,
    groupings: found.aggregates.map((node) => ({
      labels: groupingLabels(node, text),
      selectors: inside(node),
    })),
    quantiles: found.quantiles.map((node) => quantileLabels(node, text)),
  }
}

/** What a part of an expression reads. */
export type Text = (node: SyntaxNode) => string

const readSelector = (node: SyntaxNode, text: Text): Selector => {
  const identifier = node.getChild('Identifier')
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  const functions: string[] = []
  let aggregation: string | undefined
  for (const around of ancestors(node)) {
    if (around.name === 'AggregateExpr') {
      aggregation = around.firstChild ? text(around.firstChild) : undefined
      break
    }
    const called = around.name === 'FunctionCall' ? around.getChild('FunctionIdentifier') : null
    if (called) functions.push(text(called))
  }
  return {
    name: identifier ? text(identifier) : '',
    matchers: matchers.map((matcher) => readMatcher(matcher, text)),
    functions,
    ...(aggregation === undefined ? {} : { aggregation }),
    from: node.from,
    to: node.to,
  }
}

export const readMatcher = (node: SyntaxNode, text: Text): WrittenMatcher => {
  const part = (name: string) => {
    const child = node.getChild(name)
    return child ? text(child) : ''
  }
  return {
    label: part('LabelName'),
    operator: part('MatchOp'),
    value: part('StringLiteral').slice(1, -1),
  }
}

/** The names in a list of labels: after `by`, `on` and the like. */
export const labelNames = (list: SyntaxNode | null | undefined, text: Text): string[] =>
  list?.getChildren('LabelName').map(text) ?? []

const groupingLabels = (aggregate: SyntaxNode, text: Text): string[] => {
  const modifier = aggregate.getChild('AggregateModifier')
  if (!modifier?.getChild('By')) return []
  return labelNames(modifier.getChild('GroupingLabels'), text)
}

const quantileLabels = (quantile: SyntaxNode, text: Text): string[] => {
  const call = quantile.parent?.parent
  const aggregate = call?.getChild('FunctionCallBody')?.getChild('AggregateExpr')
  return aggregate ? groupingLabels(aggregate, text) : ['le']
}
