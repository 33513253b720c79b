import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RuleGroup } from '../generate/rules.ts'
import { duration } from '../promql/time.ts'
import type { RunTool } from '../tools.ts'
import {
  type Battery,
  type Check,
  type Reading,
  SCRAPE,
  type Scenario,
  type Timeline,
} from './scenario.ts'

const labelled = (name: string, labels: Readonly<Record<string, string>>) =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`

/** Values as promtool reads them; the end of a series is a staleness marker, as a scrape writes it. */
const values = ({ at }: Timeline, lasts: number) => {
  const written: string[] = []
  let present = false
  for (let second = 0; second <= lasts; second += SCRAPE) {
    const value = at(second)
    if (value === undefined) written.push(present ? 'stale' : '_')
    else written.push(String(value))
    present = value !== undefined
  }
  return runLength(written).join(' ')
}

/** `7 7 7` is `7x2` to promtool: the value and how often it is repeated. */
const runLength = (written: readonly string[]) => {
  const runs: { value: string; times: number }[] = []
  for (const value of written) {
    const last = runs.at(-1)
    if (last?.value === value) last.times += 1
    else runs.push({ value, times: 1 })
  }
  return runs.flatMap(({ value, times }) => {
    if (value === '_') return `_x${times}`
    // Neither of these two words can be repeated.
    if (value === 'stale' || value === 'NaN') return Array<string>(times).fill(value)
    return times === 1 ? value : `${value}x${times - 1}`
  })
}

const check = ({ at, alert, fires, among }: Check) => {
  const wanted = { alertname: alert, alertstate: 'firing', ...among }
  const by = [...new Set(fires.flatMap((labels) => Object.keys(labels)))]
  return {
    eval_time: at === 0 ? '0s' : duration(at),
    expr: `group by (${by.join(', ')}) (${labelled('ALERTS', wanted)})`,
    exp_samples: fires.map((labels) => ({ labels: labelled('', labels), value: 1 })),
  }
}

/** Rounded on both sides, since promtool compares to the last bit. */
const reading = ({ at, expr, is }: Reading) => ({
  eval_time: duration(at),
  expr: `round(${expr}, 0.001)`,
  exp_samples: is.map(({ labels, value }) => ({
    labels: labelled('', labels),
    value: Math.floor(value * 1000 + 0.5) / 1000,
  })),
})

const quiet = (lasts: number) => ({
  eval_time: duration(lasts),
  expr: `group by (alertname) (max_over_time(ALERTS{alertname!="Watchdog", alertstate="firing"}[${duration(lasts)}]))`,
  exp_samples: [],
})

const testGroup = ({
  title,
  lasts,
  timelines,
  checks = [],
  readings = [],
  quiet: mustBeQuiet,
}: Scenario) => ({
  name: title,
  interval: duration(SCRAPE),
  input_series: timelines.map((timeline) => ({
    series: labelled(timeline.name, timeline.labels),
    values: values(timeline, lasts),
  })),
  promql_expr_test: [
    ...checks.map(check),
    ...readings.map(reading),
    ...(mustBeQuiet ? [quiet(lasts)] : []),
  ],
})

/** The test file that `promtool test rules` runs. */
const promtoolTest = (
  ruleFiles: readonly string[],
  { scenarios, evaluateEvery = SCRAPE }: Battery,
) => ({
  rule_files: ruleFiles,
  evaluation_interval: duration(evaluateEvery),
  tests: scenarios.map(testGroup),
})

/** What promtool said: every scenario held, or its complaints in its own words. */
export interface Verdict {
  readonly held: boolean
  readonly complaints: string
}

/** The rules a battery is about, and the recordings that they read, directly or through another. */
const rulesFor = ({ alerts, recordings }: Battery, groups: readonly RuleGroup[]) => {
  const rules = groups.flatMap((group): RuleGroup['rules'][number][] => [...group.rules])
  const wanted = new Set(
    rules.filter((rule) => ('alert' in rule ? (alerts?.includes(rule.alert) ?? true) : recordings)),
  )
  // A set yields what is added while it is walked.
  for (const { expr } of wanted)
    for (const rule of rules)
      if ('record' in rule && recordings !== false && expr.includes(rule.record)) wanted.add(rule)
  return groups.map((group) => ({
    ...group,
    rules: group.rules.filter((rule: RuleGroup['rules'][number]) => wanted.has(rule)),
  }))
}

/** Tells the scenarios of a battery to the given rules. */
export const runBattery = async (
  battery: Battery,
  groups: readonly RuleGroup[],
  runTool: RunTool,
): Promise<Verdict> => {
  const folder = mkdtempSync(join(tmpdir(), 'rule-tests-'))
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: rulesFor(battery, groups) }))
    const test = promtoolTest(['rules.yaml'], battery)
    writeFileSync(join(folder, 'test.yaml'), stringify(test, { aliasDuplicateObjects: false }))
    const options = { cwd: folder }
    const { code, stdout, stderr } = await runTool(
      'promtool',
      ['test', 'rules', 'test.yaml'],
      options,
    )
    return { held: code === 0, complaints: `${stdout}${stderr}`.trim() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
