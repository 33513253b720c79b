import type { Catalogue, Definition } from '../definition.ts'
import { clashes } from './clashes.ts'
import { labelRules, labelTaste } from './labels.ts'
import { limitRules } from './limits.ts'
import { nameRules, nameTaste } from './names.ts'

/**
 * The rules a definition must keep, after Prometheus' own promlint
 * (https://github.com/prometheus/client_golang/tree/main/prometheus/testutil/promlint) and its
 * naming page (https://prometheus.io/docs/practices/naming/). Each answers with the problem, or nothing.
 */
const strict = { ...nameRules, ...labelRules, ...limitRules }
const taste = { ...nameTaste, ...labelTaste }

/** A rule that `allow` can waive, since what breaks it is scraped all the same. */
export type LintRule = keyof typeof taste

/**
 * Everything that is wrong with a catalogue, one readable line each; empty when it is sound.
 * A rule in a definition's `allow` is waived for that definition.
 */
export function lint(catalogue: Catalogue): string[] {
  const unnamed = Object.keys(catalogue).filter((key) => typeof catalogue[key]?.name !== 'string')
  const named = Object.values(catalogue).filter(
    (definition) => typeof definition?.name === 'string',
  )
  return [
    ...unnamed.map((key) => `${key}: it has no name [valid-name]`),
    ...named.flatMap(problemsOf),
    ...clashes(named),
  ]
}

function problemsOf(definition: Definition): string[] {
  const waived = Object.keys(definition.allow ?? {})
  const rules = Object.entries({ ...strict, ...taste }).filter(
    ([rule]) => !(Object.hasOwn(taste, rule) && waived.includes(rule)),
  )
  return [
    ...waived
      .filter((rule) => !Object.hasOwn(taste, rule))
      .map((rule) => `${definition.name}: allow cannot waive ${rule}`),
    ...rules.flatMap(([rule, check]) => {
      const problem = check(definition)
      return problem ? [`${definition.name}: ${problem} [${rule}]`] : []
    }),
  ]
}
