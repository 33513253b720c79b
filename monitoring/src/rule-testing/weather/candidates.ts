import type { RuleGroup } from '../../generate/rules.ts'

type Rule = RuleGroup['rules'][number]
type AlertRule = Extract<Rule, { alert: string }>

/**
 * Most alerts cannot begin on most days, and rules are what a simulated day costs. A subquery evaluates an
 * expression over the whole day at once, some ten times as fast as tick by tick. An alert whose
 * expression returns nothing at any tick never fires, so its rule is left out of that day. Nothing is lost:
 * waits only make an alert fire less, and recorded series are replaced by their expressions.
 */
export function possibility(rule: AlertRule, groups: readonly RuleGroup[]): string {
  return inlined(rule.expr, groups)
}

/** Recorded series written out; a window over one becomes a subquery. */
function inlined(expr: string, groups: readonly RuleGroup[]): string {
  const recorded = new Map<string, string[]>()
  for (const rule of groups.flatMap((group): readonly Rule[] => group.rules)) {
    // No alert has ever fired where one can begin.
    if (!('record' in rule) || rule.expr.includes('ALERTS')) continue
    const labelled = Object.entries(rule.labels ?? {}).reduce(
      (inner, [label, value]) => `label_replace(${inner}, "${label}", "${value}", "", "")`,
      `(${rule.expr})`,
    )
    recorded.set(rule.record, [...(recorded.get(rule.record) ?? []), labelled])
  }
  let written = expr
  for (let found = true; found; ) {
    found = false
    written = written.replaceAll(
      /\b\w+:\w+:\w+\b(\{[^}]*\})?(\[(\w+)\])?/g,
      (whole, matchers: string | undefined, _: string | undefined, window: string | undefined) => {
        const name = /^[\w:]+/.exec(whole)?.[0] ?? ''
        const parts = recorded.get(name)
        if (parts === undefined) return whole
        if (matchers !== undefined)
          throw new Error(`Random weather cannot write out the recorded series ${whole}.`)
        found = true
        const vector = `(${parts.join(' or ')})`
        return window === undefined ? vector : `${vector}[${window}:30s]`
      },
    )
  }
  return written
}

/**
 * The rules that matter where some can begin to fire: these, and the recorded series they read. What reads the
 * state of another alert does so to wait for it or to go on, never to begin.
 */
export function rulesFor(possible: ReadonlySet<Rule>, groups: readonly RuleGroup[]): RuleGroup[] {
  const rules = groups.flatMap((group): readonly Rule[] => group.rules)
  const wanted = new Set(possible)
  // A set yields what is added while it is walked.
  for (const { expr } of wanted) {
    for (const rule of rules) if ('record' in rule && expr.includes(rule.record)) wanted.add(rule)
  }
  return groups
    .map(
      (group) =>
        ({ ...group, rules: [...group.rules].filter((rule) => wanted.has(rule)) }) as RuleGroup,
    )
    .filter(({ rules: left }) => left.length > 0)
}

/** The rules of some alerts and whatever they read, alerts included: all that decides about them. */
export function rulesAbout(alerts: readonly string[], groups: readonly RuleGroup[]): RuleGroup[] {
  const rules = groups.flatMap((group): readonly Rule[] => group.rules)
  const wanted = new Set<Rule>(
    rules.filter((rule) => 'alert' in rule && alerts.includes(rule.alert)),
  )
  for (const { expr } of wanted) {
    for (const rule of rules) if ('alert' in rule && expr.includes(rule.alert)) wanted.add(rule)
  }
  return rulesFor(wanted, groups)
}
