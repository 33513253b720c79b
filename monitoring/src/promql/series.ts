import type { Definition } from 'sideport'

/** A label matcher other than plain equality, as PromQL writes it. */
export interface Matcher {
  readonly operator: '!=' | '=~' | '!~'
  readonly value: string
}

/** Label matchers by label name; a plain string means equality. */
export type Matchers = Readonly<Record<string, string | Matcher>>

export const not = (value: string): Matcher => ({ operator: '!=', value })
export const matching = (pattern: string): Matcher => ({ operator: '=~', value: pattern })
export const notMatching = (pattern: string): Matcher => ({ operator: '!~', value: pattern })
export const anyOf = (values: readonly string[]): Matcher => matching(values.join('|'))

/** A selector by bare name, for series that no catalogue of ours describes (`up`, `ALERTS`, …). */
export const select = (name: string, matchers: Matchers = {}): string => {
  const written = Object.entries(matchers).map(([label, matcher]) =>
    typeof matcher === 'string'
      ? `${label}="${matcher}"`
      : `${label}${matcher.operator}"${matcher.value}"`,
  )
  return written.length === 0 ? name : `${name}{${written.join(', ')}}`
}

/** The selector of a counter or gauge of the catalogue. */
export const series = (definition: Definition, matchers: Matchers = {}): string =>
  select(definition.name, matchers)

/** The selector of a histogram's buckets. */
export const buckets = (definition: Definition & { type: 'histogram' }, matchers: Matchers = {}) =>
  select(`${definition.name}_bucket`, matchers)

/** The selector of a histogram's number of observations. */
export const observations = (
  definition: Definition & { type: 'histogram' },
  matchers: Matchers = {},
) => select(`${definition.name}_count`, matchers)
