import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '@verifluence/toolchain'
import { stringify } from 'yaml'
import type { RuleGroup } from '../../generate/rules.ts'
import { isWithin, type Span, TICK } from './time.ts'
import type { Track } from './track.ts'

/** An expression asked at a moment; its answer is the values it returns, by label set. */
export interface Question {
  readonly at: number
  readonly expr: string
}

/** A sample that an expression returned. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * Lets Prometheus' own rule evaluation live through the tracks, tick by tick, and asks it questions.
 * `promtool test rules` runs the very code of the server: groups, `for`, recorded series and ALERTS.
 * It reports what it did not expect, so every question expects nothing and the answer is in the report.
 */
export async function liveThrough(
  groups: readonly RuleGroup[],
  tracks: readonly Track[],
  gaps: readonly Span[],
  questions: readonly Question[],
  interrupted: AbortSignal,
): Promise<readonly Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'month-'))
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups }))
    writeFileSync(join(folder, 'month.yaml'), monthFile(tracks, gaps, questions))
    const { code, stdout, stderr } = await runTool('promtool', ['test', 'rules', 'month.yaml'], {
      cwd: folder,
      signal: interrupted,
    })
    const answers = answersIn(`${stdout}\n${stderr}`)
    // It fails by an answer, which is meant, or because it could not evaluate.
    if (code !== 0 && answers.length === 0) throw couldNot(`${stdout}${stderr}`)
    return answers
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Written by hand: a YAML library would take longer over millions of values than Prometheus does. */
function monthFile(
  tracks: readonly Track[],
  gaps: readonly Span[],
  questions: readonly Question[],
): string {
  const series = tracks.map(
    ({ name, labels, values }) =>
      `  - series: ${quoted(`${name}{${matchers(labels)}}`)}\n    values: '${valuesOf(values, gaps)}'\n`,
  )
  const asked = questions.map(
    ({ at, expr }) =>
      `  - eval_time: ${Math.ceil(at / TICK) * TICK}s\n    expr: ${quoted(expr)}\n    exp_samples: []\n`,
  )
  return `rule_files: [rules.yaml]
evaluation_interval: ${TICK}s
tests:
- interval: ${TICK}s
  input_series:
${series.join('')}  promql_expr_test:
${asked.join('')}`
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const matchers = (labels: Track['labels']) =>
  Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')

/**
 * Values as promtool reads them. Equal and evenly rising ones are written as a run; what a target no
 * longer exports ends with a staleness marker; where Prometheus was away there is nothing at all.
 */
export function valuesOf(values: Float64Array, gaps: readonly Span[]): string {
  const written: string[] = []
  let wasThere = false
  for (let tick = 0; tick < values.length; ) {
    const value = values[tick] ?? Number.NaN
    if (isWithin(tick * TICK, gaps)) {
      written.push('_')
      tick += 1
    } else if (Number.isNaN(value)) {
      written.push(wasThere ? 'stale' : '_')
      wasThere = false
      tick += 1
    } else {
      const run = runFrom(values, tick, gaps)
      written.push(run.text)
      wasThere = true
      tick += run.length
    }
  }
  return shortened(written).join(' ')
}

/** The longest stretch from `start` on that rises by the same step from one value to the next. */
function runFrom(values: Float64Array, start: number, gaps: readonly Span[]) {
  const first = values[start] ?? 0
  const step = (values[start + 1] ?? Number.NaN) - first
  let end = start + 1
  while (
    Number.isInteger(step) &&
    end < values.length &&
    values[end] === first + step * (end - start) &&
    !isWithin(end * TICK, gaps)
  ) {
    end += 1
  }
  const length = end - start
  if (length === 1) return { text: String(first), length }
  const rise = step < 0 ? `-${-step}` : `+${step}`
  return { text: step === 0 ? `${first}x${length - 1}` : `${first}${rise}x${length - 1}`, length }
}

/** `_ _ _` is `_x3` to promtool. */
function shortened(written: readonly string[]): string[] {
  const short: string[] = []
  let blanks = 0
  for (const word of [...written, '']) {
    if (word === '_') {
      blanks += 1
      continue
    }
    if (blanks > 0) short.push(`_x${blanks}`)
    blanks = 0
    if (word !== '') short.push(word)
  }
  return short
}

/** The samples in promtool's report: `got: {a="x"} 1.5E+03`, several of them set apart by commas. */
function answersIn(report: string): Answer[] {
  const broken = /, err: .*/.exec(report)?.[0]
  if (broken !== undefined) throw couldNot(broken.slice(', '.length))
  const unexpected = report
    .split('\n')
    .filter((line) => /^\s*(got:)?\s*\{.*\} [-+\dEe.]+,?$/.test(line) || /got:/.test(line))
  const found = unexpected.flatMap((line) => [...line.matchAll(/\{([^}]*)\} ([-+\d.Ee]+)/g)])
  return found.map(([, labels = '', value = '']) => ({
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]),
    ),
    value: Number(value),
  }))
}

const couldNot = (why: string) => new Error(`promtool could not live through the month: ${why}`)
