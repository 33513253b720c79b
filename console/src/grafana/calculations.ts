type Values = readonly (number | null)[]

const there = (values: Values): number[] =>
  values.filter((value): value is number => value !== null && !Number.isNaN(value))
const total = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)

/** The mean of the squares of the distances from the mean. */
function variance(values: readonly number[]): number {
  const mean = total(values) / values.length
  return total(values.map((value) => (value - mean) ** 2)) / values.length
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const at = (index: number) => sorted[Math.floor(index)] ?? Number.NaN
  return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
}

/** Growth of a counter that may start again. */
const growth = (values: readonly number[]): number =>
  total(
    values.slice(1).map((value, index) => {
      const before = values[index] ?? 0
      return value >= before ? value - before : value
    }),
  )

/**
 * Makes one value of many, by the name that Grafana gives the calculation.
 * https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/calculation-types/
 */
export function calculate(name: string, values: Values): number | null {
  const present = there(values)
  const [first, last] = [present[0], present.at(-1)]
  if (name === 'last') return values.at(-1) ?? null
  if (name === 'first') return values[0] ?? null
  if (name === 'count') return values.length
  if (first === undefined || last === undefined) return null
  switch (name) {
    case 'firstNotNull':
      return first
    case 'min':
      return present.reduce((least, one) => Math.min(least, one))
    case 'max':
      return present.reduce((most, one) => Math.max(most, one))
    case 'sum':
      return total(present)
    case 'mean':
      return total(present) / present.length
    case 'median':
      return median(present)
    case 'variance':
      return variance(present)
    case 'stdDev':
      return Math.sqrt(variance(present))
    case 'range':
      return present.reduce((a, b) => Math.max(a, b)) - present.reduce((a, b) => Math.min(a, b))
    case 'delta':
      return growth(present)
    case 'diff':
      return last - first
    case 'diffperc':
      return first === 0 ? null : (last - first) / first
    case 'distinctCount':
      return new Set(present).size
    default:
      return last
  }
}

const TITLES: Readonly<Record<string, string>> = {
  ...{ lastNotNull: 'Last *', last: 'Last', firstNotNull: 'First *', first: 'First', min: 'Min' },
  ...{ max: 'Max', mean: 'Mean', sum: 'Total', count: 'Count', range: 'Range', delta: 'Delta' },
  ...{ diff: 'Difference', diffperc: 'Difference percent', median: 'Median', stdDev: 'StdDev' },
  ...{ variance: 'Variance', distinctCount: 'Distinct count' },
}

/** The heading that Grafana gives the column of a calculation. */
export const titleOf = (name: string): string => TITLES[name] ?? name
