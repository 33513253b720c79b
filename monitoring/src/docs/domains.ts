import type { Definition } from 'sideport'
import { code } from './table.ts'

type Dimension = Definition['labels'][number]

const listed = (values: readonly string[]) => [...new Set(values)].map(code).join(', ')

const values = ({ names: [name = ''], known, atMost }: Dimension): string => {
  const list = listed(known.map((set) => set[name] ?? ''))
  if (atMost === undefined) return list
  return `at most ${atMost} values${list ? `, from the start ${list}` : ''}`
}

/** Two labels of which the first decides about the second. */
const nested = ({ names: [outer = '', inner = ''], known }: Dimension): string => {
  const groups = [...new Set(known.map((set) => set[outer] ?? ''))]
  return groups
    .map((group) => {
      const inside = known.filter((set) => set[outer] === group).map((set) => set[inner] ?? '')
      return `${code(group)} (${listed(inside)})`
    })
    .join(', ')
}

/** The labels of a metric and what they may be: `status`: `pending`, `accepted`; `–` without labels. */
export const domains = ({ labels }: Definition): string =>
  labels
    .map((dimension) => {
      const names = dimension.names.map(code).join(', ')
      return `${names}: ${dimension.names.length > 1 ? nested(dimension) : values(dimension)}`
    })
    .join('; ') || '–'

/** The names alone. */
export const labelNames = ({ labels }: Definition): string =>
  labels.flatMap(({ names }) => names.map(code)).join(', ') || '–'
