import type { RuleGroup } from '@verifluence/monitoring/files/rules'
import { duration, seconds } from '@verifluence/monitoring/promql/time'
import { mutationsOf } from './expression.ts'
import type { Kind } from './mutation.ts'

type Rule = RuleGroup['rules'][number]

/** All rules, with one small change in one of them. */
export interface Mutant {
  /** The alert or the recorded series that was changed. */
  readonly rule: string
  readonly kind: Kind
  readonly what: string
  readonly groups: readonly RuleGroup[]
}

const nameOf = (rule: Rule): string => ('alert' in rule ? rule.alert : rule.record)

interface Changed {
  readonly kind: Kind
  readonly what: string
  readonly rule: Rule
}

/** Each rule with each small change. */
export function mutantsOf(groups: readonly RuleGroup[]): Mutant[] {
  return groups.flatMap((group, groupIndex) =>
    group.rules.flatMap((rule, ruleIndex) =>
      changesOf(rule).map(({ kind, what, rule: changed }) => ({
        rule: nameOf(rule),
        kind,
        what,
        groups: groups.with(groupIndex, withRule(group, ruleIndex, changed)),
      })),
    ),
  )
}

const withRule = (group: RuleGroup, index: number, rule: Rule) =>
  ({ ...group, rules: (group.rules as Rule[]).with(index, rule) }) as RuleGroup

function changesOf(rule: Rule): Changed[] {
  const expressions = mutationsOf(rule.expr).map(({ expr, kind, what }) => ({
    kind,
    what,
    rule: { ...rule, expr },
  }))
  return 'alert' in rule ? [...expressions, ...waits(rule)] : expressions
}

/** A shorter and a longer wait; where there is none, some. */
function waits(rule: Extract<Rule, { alert: string }>): Changed[] {
  const { for: given, ...rest } = rule
  const others =
    given === undefined
      ? ['2m']
      : [undefined, duration(Math.floor(seconds(given) / 2)), duration(seconds(given) * 2)]
  return others.map((wait) => ({
    kind: 'for',
    what: `for ${given ?? 'nothing'} → ${wait ?? 'nothing'}`,
    rule: wait === undefined ? rest : { ...rest, for: wait },
  }))
}
