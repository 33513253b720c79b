import type { Definition } from 'sideport'
import { code } from './table.ts'

type Dimension = Definition['labels'][number]

const listed = (values: readonly string[]) => [...new Set(values)].map(code).join(', ')

const values = ({ names: [name = ''], known, atMost }: Dimension): string => {
  const list = listed(known.map((set) => set[name] ?? ''))
  if (atMost === undefined) return list
  return `at most ${atMost} ${atMost === 1 ? 'value' : 'values'}${list ? `, from the start ${list}` : ''}`
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

/** One label, or two that belong together. */
export interface Domain {
  readonly names: string
  readonly values: string
}

/** What the labels of a metric may be. */
export const domains = ({ labels }: Definition): Domain[] =>
  labels.map((dimension) => ({
    names: dimension.names.map(code).join(', '),
    values: dimension.names.length > 1 ? nested(dimension) : values(dimension),
  }))

/** The names of a metric's labels; `–` without labels. */
export const labelNames = ({ labels }: Definition): string =>
  labels.flatMap(({ names }) => names.map(code)).join(', ') || '–'
