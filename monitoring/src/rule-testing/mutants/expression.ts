import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { duration, seconds } from '../../promql/time.ts'
import type { Kind, Mutation } from './mutation.ts'

/** Other texts for a piece of an expression; nodes that are not listed stay as they are. */
type Change = (text: string, node: SyntaxNode) => readonly string[]

const halfAndDouble = (window: string) => {
  const length = seconds(window)
  return [duration(Math.max(1, Math.floor(length / 2))), duration(length * 2)]
}

/** Zero has no half and no double: it is moved to where zero itself passes. */
const numbers = (text: string) => {
  const value = Number(text)
  return value === 0 ? ['-1'] : [String(value / 2), String(value * 2)]
}

const swapped = (pairs: Readonly<Record<string, string>>) => (text: string) => {
  const other = pairs[text]
  return other === undefined ? [] : [other]
}

/** Without one of the names in brackets; the brackets stay. */
function withoutOne(list: string): string[] {
  const names = list
    .slice(1, -1)
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return names.map((gone) => `(${names.filter((name) => name !== gone).join(', ')})`)
}

/** Another operator, and for a list of values each list without one of them. */
function matcher(text: string): string[] {
  const [, label = '', operator = '', value = ''] =
    /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/s.exec(text) ?? []
  const opposite = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' }[operator]
  const values = value.split('|')
  const shorter =
    values.length > 1 && /^[\w|.-]+$/.test(value)
      ? values.map((gone) => values.filter((one) => one !== gone).join('|'))
      : []
  return [`${label}${opposite}"${value}"`, ...shorter.map((rest) => `${label}${operator}"${rest}"`)]
}

/** A selector without one of its matchers at all. */
function withoutMatcher(text: string): string[] {
  const all = text.slice(1, -1).split(/,\s*(?=\w+\s*[=!])/)
  return all.map((gone) => `{${all.filter((one) => one !== gone).join(', ')}}`)
}

const isOffset = (node: SyntaxNode) => node.parent?.name === 'OffsetDurationExpr'
const comparison = swapped({ '>': '<', '<': '>', '>=': '<=', '<=': '>=', '==': '!=' })

/** What may be changed, by the name of the node in the tree of Prometheus' own grammar. */
const changes: Readonly<Record<string, readonly [Kind, Change]>> = {
  NumberDurationLiteral: ['threshold', numbers],
  Gtr: ['threshold', comparison],
  Lss: ['threshold', comparison],
  Gte: ['threshold', comparison],
  Lte: ['threshold', comparison],
  Eql: ['threshold', comparison],
  UnquotedLabelMatcher: ['matcher', matcher],
  LabelMatchers: ['matcher', withoutMatcher],
  AggregateOp: ['aggregation', swapped({ sum: 'max', max: 'min', min: 'max', avg: 'max' })],
  GroupingLabels: ['aggregation', withoutOne],
  NumberDurationLiteralInDurationContext: [
    'window',
    (text, node) => (isOffset(node) ? [] : halfAndDouble(text)),
  ],
  And: ['operator', () => ['or', 'unless']],
  Or: ['operator', () => ['and']],
  Unless: ['operator', () => ['and']],
}

/** Every small change of an expression that leaves it a valid one. */
export function mutationsOf(expr: string): Mutation[] {
  const found: Mutation[] = []
  parser.parse(expr).iterate({
    enter: ({ node }) => {
      const [kind, change] = changes[node.name] ?? []
      if (kind === undefined || change === undefined) return
      const text = expr.slice(node.from, node.to)
      for (const other of change(text, node)) {
        const mutated = expr.slice(0, node.from) + other + expr.slice(node.to)
        if (other !== text && isValid(mutated)) {
          found.push({ kind, what: `${around(expr, node)} → ${other}`, expr: mutated })
        }
      }
    },
  })
  return found
}

function isValid(expr: string): boolean {
  let isWhole = true
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      if (type.isError) isWhole = false
    },
  })
  return isWhole
}

/** The piece with a little of what stands before it, so that it can be found. */
function around(expr: string, { from, to }: SyntaxNode): string {
  const before = expr.slice(Math.max(0, from - 40), from).replace(/\s+/g, ' ')
  return `…${before}«${expr.slice(from, to)}»`
}
