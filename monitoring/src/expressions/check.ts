import { RHYTHM } from '../places.ts'
import { readExpression, type Selector, type WrittenMatcher } from '../promql/parse.ts'
import { seconds } from '../promql/time.ts'
import { closest } from './closest.ts'
import { type KnownSeries, knownSeries, TARGET_LABELS } from './known.ts'
import { checkUse } from './use.ts'

/** Seconds that hold four scrapes: Prometheus 3 leaves the left edge out, and one may be lost. */
const SHORTEST_WINDOW = 4 * RHYTHM

/**
 * What is wrong with an expression: names that are not exported, labels and values that a metric does
 * not have, rates of gauges, sums over what every replica exports alike. Sentences; empty when sound.
 */
export const checkExpression = (expr: string): string[] => {
  const { broken, selectors, groupings, quantiles } = readExpression(expr)
  if (broken !== undefined) return [`does not parse near «${broken}»; correct the PromQL`]
  return [
    ...selectors.flatMap(checkSelector),
    ...checkWindows(expr),
    ...groupings.flatMap(({ labels, selectors }) => checkGrouping(labels, selectors)),
    ...quantiles
      .filter((labels) => !labels.includes('le'))
      .map(() => 'asks histogram_quantile of an aggregation without le; add le to its by (…)'),
  ]
}

const checkWindows = (expr: string): string[] =>
  [...expr.matchAll(/\[((?:\d+[dhms])+)\]/g)]
    .map(([, window = '']) => window)
    .filter((window) => seconds(window) < SHORTEST_WINDOW)
    .map(
      (window) =>
        `looks back over ${window}, which may hold a single sample; take ${SHORTEST_WINDOW}s or more`,
    )

const checkSelector = (selector: Selector): string[] => {
  const known = knownSeries.get(selector.name)
  if (known === undefined) {
    const near = closest(selector.name, [...knownSeries.keys()])
    return [
      `reads ${selector.name}, which is not exported${near ? `; did you mean ${near}?` : '; add it to the catalogue'}`,
    ]
  }
  return [
    ...selector.matchers.flatMap((matcher) => checkMatcher(selector.name, known, matcher)),
    ...checkUse(selector, known),
  ]
}

const has = (known: KnownSeries, label: string) =>
  known.labels === undefined || known.labels.has(label) || TARGET_LABELS.has(label)

const checkMatcher = (
  name: string,
  known: KnownSeries,
  { label, operator, value }: WrittenMatcher,
) => {
  if (!has(known, label)) {
    const own = [...(known.labels?.keys() ?? [])]
    return [
      `matches ${name} by ${label}, a label it does not have; its own are ${own.join(', ') || 'none'}`,
    ]
  }
  if (label === 'le' && /^\d+(\|\d+)*$/.test(value))
    return [
      `matches ${name} by le="${value}", which Prometheus 3 writes as "${value}.0"; use le=~"${value}(\\\\.0)?"`,
    ]
  const values = known.labels?.get(label)
  if (values === undefined || value.includes('$')) return []
  // Only what is certainly a list of plain values can be compared with the list there is.
  const plain = operator.includes('~') ? value.split('|') : [value]
  if (!plain.every((each) => /^[\w.-]*$/.test(each))) return []
  return plain
    .filter((each) => each !== '' && !values.has(each) && !/\.\.|\.$/.test(each))
    .map(
      (each) =>
        `matches ${name} by ${label}="${each}", a value it never has; there are ${[...values].join(', ')}`,
    )
}

const checkGrouping = (labels: readonly string[], selectors: readonly Selector[]) => {
  const inside = selectors.map(({ name }) => knownSeries.get(name))
  if (inside.some((known) => known === undefined)) return []
  return labels
    .filter((label) => !inside.some((known) => known && has(known, label)))
    .map(
      (label) => `groups by ${label}, a label that nothing inside has; correct it or leave it out`,
    )
}
