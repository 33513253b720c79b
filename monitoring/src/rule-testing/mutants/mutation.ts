/** What is mutated; the rule tests must kill mutants of the first four kinds. */
export type Kind = 'threshold' | 'for' | 'matcher' | 'aggregation' | 'window' | 'operator'

/** One small change of an expression. */
export interface Mutation {
  readonly kind: Kind
  /** What was there and what is there now: `> 600 → > 1200`. */
  readonly what: string
  readonly expr: string
}
