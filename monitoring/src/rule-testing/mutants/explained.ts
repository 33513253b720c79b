import type { Mutant } from './mutants.ts'

/** Why a mutant that no rule test kills is equivalent. */
interface Explanation {
  readonly rule: RegExp
  /** Found in the description of the change. */
  readonly what: RegExp
  readonly why: string
}

const explanations: readonly Explanation[] = [
  {
    rule: /Stale$/,
    what: /unless on \(env\) «max» → min$/,
    why: 'Behind `unless` only it matters whether there is a series, and for which environment; not its value.',
  },
  {
    rule: /^(ExternalFailing|SeriesDropped)$/,
    what: /«sum» → max$/,
    why: 'Compared with zero: a sum of numbers that are not negative is above it when the greatest is. Only the number in the message differs.',
  },
  {
    rule: /^WebhookRejected$/,
    what: /unless «sum» → max$/,
    why: 'Compared with zero: a sum of numbers that are not negative is above it when the greatest is. Only the number in the message differs.',
  },
  {
    rule: /^ExternalUnauthorized$/,
    what: /«max» → min$/,
    why: 'Every value was above the threshold before it gets here; which of them is named differs in the message only.',
  },
  {
    rule: /^(ExternalUnauthorized|NotificationsFailing)$/,
    what: /«\{.*\}» → \{.*\}$/,
    why: 'The other operands select the same label values, and an operation drops what has no partner.',
  },
  {
    rule: /^(DomainGaugesStale|.*:vf_http_errors:.*)$/,
    what: /or 0 \* «(max|sum)» → (min|max)$/,
    why: 'Multiplied by zero: only the labels of these series are used.',
  },
  {
    rule: /^ApiErrorBudgetBurn$/,
    what: /» → \{alertstate="firing", window=~"[\w|]+"\}$/,
    why: 'No other alert has the label `window`.',
  },
  {
    rule: /^ApiErrorBudgetBurn$/,
    what: /» → \{alertname="ApiErrorBudgetBurn", window=~"30m"\}$/,
    why: 'The quickest burn does not wait, so it is never pending.',
  },
  {
    rule: /^DomainGaugesStale$/,
    what: /^for 30s → 15s$/,
    why: 'Rules are evaluated every 30 s, so both are over at the same evaluation.',
  },
]

/** The reason why a mutant may survive. */
export const reasonFor = ({ rule, what }: Pick<Mutant, 'rule' | 'what'>): string | undefined =>
  explanations.find((one) => one.rule.test(rule) && one.what.test(what))?.why
