import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '@verifluence/toolchain'
import { stringify } from 'yaml'
import type { RuleGroup } from '../../generate/rules.ts'
import { valuesOf } from '../month/promtool.ts'
import { isWithin, TICK } from '../month/time.ts'
import { possibility, rulesFor } from './candidates.ts'
import { type Day, ORIGIN, type Track } from './day.ts'

/** An alert of Prometheus while it fires, without the labels that Prometheus adds to say so. */
export type Labels = Readonly<Record<string, string>>

/** Which alerts fire at each tick of a day. */
export type Timeline = readonly (readonly Labels[])[]

/** A day and its series. */
export interface Simulated {
  readonly day: Day
  readonly tracks: readonly Track[]
}

export interface Evaluation {
  readonly interrupted?: AbortSignal | undefined
  /** Evaluates also what cannot fire: a check of what is left out. */
  readonly everyRule?: boolean
}

/**
 * Evaluates the rules over several days with promtool, which runs the very code of the server. It reports
 * whatever it did not expect: each tick of each day asks which alerts fire and expects none, so the report
 * is the timeline. A matcher that matches always tells the days apart.
 */
export async function evaluate(
  groups: readonly RuleGroup[],
  days: readonly Simulated[],
  { interrupted, everyRule = false }: Evaluation = {},
): Promise<Timeline[]> {
  const possible = everyRule
    ? days.map(() => new Set<Rule>(alertRules(groups)))
    : await possibleAlerts(groups, days, interrupted)
  const files = days.flatMap((simulated, index) => {
    const rules = possible[index] ?? new Set()
    if (rules.size === 0) return []
    const hasGaps = simulated.day.gaps.length > 0
    const readableRules = rulesFor(rules, groups).map((group) => readable(group, hasGaps))
    return [
      { index, rules: readableRules, tests: testOf(simulated, questionsOf(simulated.day, index)) },
    ]
  })
  const timelines = days.map(({ day }) => Array.from({ length: day.ticks }, (): Labels[] => []))
  if (files.length === 0) return timelines
  const report = await runPromtool(files, interrupted)
  for (const [, index = '', time = '', got = ''] of report.matchAll(FOUND))
    timelines[Number(index)]?.[secondsOf(time) / TICK]?.push(...alertsIn(got))
  return timelines
}

/** promtool evaluates no more than some thousand samples at once; what needs more counts as possible. */
const PIECE = 1_800

const alertRules = (groups: readonly RuleGroup[]) =>
  groups
    .flatMap((group): readonly Rule[] => group.rules)
    .flatMap((rule) => ('alert' in rule && rule.alert !== 'Watchdog' ? [rule] : []))

/** By day: the alerting rules whose expression returns anything at any tick. */
async function possibleAlerts(
  groups: readonly RuleGroup[],
  days: readonly Simulated[],
  interrupted?: AbortSignal,
): Promise<Set<Rule>[]> {
  const rules = alertRules(groups)
  const exprs = rules.map((rule) => movedClock(possibility(rule, groups)).replaceAll(/\s+/g, ' '))
  const files = days.map((simulated, index) => {
    const { lasts } = simulated.day
    const moments = Array.from(
      { length: Math.ceil(lasts / PIECE) },
      (_, piece) => (piece + 1) * PIECE,
    )
    // The answer is a number that says which day and rule it is about.
    const asked = exprs.flatMap((expr, rule) =>
      moments.map((at) => ({
        at,
        expr: `0 * sum(count_over_time((${expr})[${PIECE}s:${TICK}s])) + ${index * 1000 + rule + 1}`,
      })),
    )
    return { index, rules: [], tests: testOf(simulated, asked) }
  })
  const found = days.map(() => new Set<Rule>())
  const report = await runPromtool(files, interrupted)
  for (const [, answer, tooLarge] of report.matchAll(
    /^\s*got: \{\} (\S+)$|\+ (\d+)", time: \S+, err: .*too many samples/gm,
  )) {
    const id = Number(answer ?? tooLarge) - 1
    const rule = rules[id % 1000]
    if (rule !== undefined) found[Math.floor(id / 1000)]?.add(rule)
  }
  return found
}

interface TestFile {
  readonly index: number
  readonly rules: readonly unknown[]
  readonly tests: string
}

/** One run for several files; what it reports is the answer. @throws Error where it cannot evaluate. */
async function runPromtool(files: readonly TestFile[], interrupted?: AbortSignal): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'weather-'))
  try {
    for (const { index, rules, tests } of files) {
      const options = { aliasDuplicateObjects: false, lineWidth: 0 }
      writeFileSync(join(folder, `rules-${index}.yaml`), stringify({ groups: rules }, options))
      writeFileSync(
        join(folder, `day-${index}.yaml`),
        `rule_files: [rules-${index}.yaml]\nevaluation_interval: ${TICK}s\ntests:\n${tests}`,
      )
    }
    const names = files.map(({ index }) => `day-${index}.yaml`)
    const { stdout, stderr } = await runTool('promtool', ['test', 'rules', ...names], {
      cwd: folder,
      // It lives for seconds: collecting garbage less often saves a fifth of them.
      env: { GOGC: '400' },
      ...(interrupted && { signal: interrupted }),
    })
    const report = `${stdout}\n${stderr}`
    const broken = /^.*(, err: (?!.*too many samples)|error |unable to ).*$/im.exec(report)?.[0]
    if (broken !== undefined)
      throw new Error(`promtool could not evaluate the day: ${broken.trim().slice(0, 900)}`)
    return report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Rule = RuleGroup['rules'][number]
type AlertRule = Omit<Extract<Rule, { alert: string }>, 'annotations'>

/** Exported while Prometheus is away. */
const AWAY = 'prometheus_away'

/**
 * The rules as promtool can read them. Their clock is moved, as promtool begins in 1970, where no job can
 * have succeeded before. Where a day has gaps, they stand still in them: promtool evaluates in a gap as
 * well, but a Prometheus that is away does not, and goes on afterwards with what was pending or firing.
 */
function readable({ rules, ...group }: RuleGroup, hasGaps: boolean) {
  const read = [...rules]
    .filter((rule) => !('alert' in rule && rule.alert === 'Watchdog'))
    .map((rule, index) => {
      const expr = movedClock(rule.expr)
      if (!('alert' in rule))
        return { ...rule, expr: hasGaps ? `(${expr}) unless on () ${AWAY}` : expr }
      // The texts are not read here, and their templates take time.
      const alert = { ...rule, expr, annotations: {} }
      return hasGaps ? stillInGaps(alert, `${group.name}-${index}`) : alert
    })
  return { ...group, rules: read }
}

/** What is an instant: the clock itself, the moment of a sample, and when an alert became pending. */
function movedClock(expr: string): string {
  const moved = expr
    .replaceAll(/\btime\(\)/g, `(time() + ${ORIGIN})`)
    .replaceAll(/\bALERTS_FOR_STATE(\{[^}]*\})?(?!\w)/g, `($& + ${ORIGIN})`)
  const parts = moved.split(/\btimestamp\(/)
  const [before = '', ...calls] = parts
  return calls.reduce((text, call) => {
    let depth = 1
    let end = 0
    while (depth > 0 && end < call.length) {
      depth += call[end] === '(' ? 1 : call[end] === ')' ? -1 : 0
      end += 1
    }
    return `${text}(timestamp(${call.slice(0, end)} + ${ORIGIN})${call.slice(end)}`
  }, before)
}

/** Rules may share a name: a label tells which of them an alert belongs to. */
const RULE = 'rule'

const stillInGaps = (rule: AlertRule, id: string) => ({
  ...rule,
  labels: { ...rule.labels, [RULE]: id },
  expr:
    `((${rule.expr}) unless on () ${AWAY}) or ` +
    `(max without (alertname, alertstate, ${RULE}) (ALERTS{${RULE}="${id}"}) and on () ${AWAY})`,
})

const awayTrack = (day: Day): Track => ({
  name: AWAY,
  labels: {},
  values: Float64Array.from({ length: day.ticks }, (_, tick) =>
    isWithin(tick * TICK, day.gaps) ? 1 : Number.NaN,
  ),
})

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

const written = ({ name, labels }: Track) =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`

const seriesOf = (track: Track, gaps: Day['gaps']) =>
  `  - series: ${quoted(written(track))}\n    values: '${valuesOf(track.values, gaps)}'\n`

interface Question {
  readonly at: number
  readonly expr: string
}

/** Each tick: what fires? */
const questionsOf = (day: Day, index: number): Question[] =>
  Array.from({ length: day.ticks }, (_, tick) => ({
    at: tick * TICK,
    expr: `ALERTS{alertstate="firing", day!="${index}"}`,
  }))

function testOf({ day, tracks }: Simulated, questions: readonly Question[]): string {
  const series = tracks.map((track) => seriesOf(track, day.gaps))
  if (day.gaps.length > 0) series.push(seriesOf(awayTrack(day), []))
  const asked = questions.map(
    ({ at, expr }) =>
      `  - expr: ${quoted(expr.replaceAll(/\s+/g, ' '))}\n    eval_time: ${at}s\n    exp_samples: []\n`,
  )
  return `- interval: ${TICK}s\n  input_series:\n${series.join('')}  promql_expr_test:\n${asked.join('')}`
}

/** What promtool writes about each question that something fires to. */
const FOUND = /day!=\\"(\d+)\\"\}", time: (\S+),\s*\n\s*exp: .*\n\s*got: (.*)/g

const alertsIn = (got: string): Labels[] =>
  [...got.matchAll(/\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}/g)].map(([, inside = '']) =>
    labelsIn(inside),
  )

function labelsIn(text: string): Labels {
  const labels = Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
      label,
      value,
    ]),
  )
  const { __name__: _, alertstate: __, [RULE]: ___, ...own } = labels
  return own
}

/** `1d2h3m30s` as promtool writes moments. */
function secondsOf(text: string): number {
  const unit: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 }
  return [...text.matchAll(/(\d+)([wdhms])/g)].reduce(
    (sum, [, count, letter = '']) => sum + Number(count) * (unit[letter] ?? 0),
    0,
  )
}
