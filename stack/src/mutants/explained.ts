import type { Mutant } from './mutants.ts'

/** Why a change that no story notices is none, or makes no difference that anybody could want. */
interface Explanation {
  readonly rule: RegExp
  /** Found in the description of the change. */
  readonly what: RegExp
  readonly why: string
}

const explanations: readonly Explanation[] = []

/** The reason why a mutant may survive. */
export const reasonFor = ({ rule, what }: Pick<Mutant, 'rule' | 'what'>): string | undefined =>
  explanations.find((one) => one.rule.test(rule) && one.what.test(what))?.why
