import type { RuleGroup } from '../../generate/rules.ts'
import { duration, seconds } from '../../promql/time.ts'
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

type AlertRule = Extract<Rule, { alert: string }>

/** Both waits of an alert: before it fires, and before it is over. */
const waits = (rule: AlertRule): Changed[] =>
  (['for', 'keep_firing_for'] as const).flatMap((wait) => otherWaits(rule, wait))

/** A shorter and a longer one; where an alert does not wait before it fires, some. */
function otherWaits(rule: AlertRule, wait: 'for' | 'keep_firing_for'): Changed[] {
  const { [wait]: given, ...rest }: AlertRule & { keep_firing_for?: string } = rule
  if (given === undefined && wait === 'keep_firing_for') return []
  const others =
    given === undefined
      ? ['2m']
      : [undefined, duration(Math.floor(seconds(given) / 2)), duration(seconds(given) * 2)]
  return others.map((other) => ({
    kind: 'for',
    what: `${wait} ${given ?? 'nothing'} → ${other ?? 'nothing'}`,
    rule: (other === undefined ? rest : { ...rest, [wait]: other }) as Rule,
  }))
}
