import { expect, test } from 'vitest'
import { compare, strangers } from '../src/series/compare.ts'
import { expectedSeries, sampleName } from '../src/series/expected.ts'
import { type Line, parseExposition } from '../src/series/exposition.ts'
import { describeFindings, figuresOf, isUnexplained } from '../src/series/report.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const startedBefore = (seconds: number): Line => ({
  name: 'process_start_time_seconds',
  labels: { service: 'worker' },
  value: NOW.getTime() / 1000 - seconds,
})

/** A worker whose every series has moved, except those named. */
function worker(except: (line: Line) => Line | undefined = (line) => line): Line[] {
  const lines = expectedSeries('worker')
    .filter(({ definition }) => definition.name !== 'process_start_time_seconds')
    .map(({ definition, labels }) => ({
      name: sampleName(definition),
      labels: { ...labels, service: 'worker' },
      value: 1,
    }))
  return [startedBefore(60), ...lines.flatMap((line) => except(line) ?? [])]
}

const of = (metric: string, job: string) => (line: Line) =>
  line.name === metric && line.labels.job === job

function findings(now: readonly Line[], highest: readonly Line[] = []) {
  return compare('worker', { now, highest }, NOW).filter(({ standing }) => standing !== 'moved')
}

test('a system in which every series moved leaves nothing to explain', () => {
  expect(findings(worker())).toEqual([])
})

test('a series that is gone has no reason, even where standing still would have one', () => {
  const isRuns = of('vf_worker_poll_runs_total', 'daily-maintenance')
  const found = findings(worker((line) => (isRuns(line) ? undefined : line)))
  expect(found.filter(isUnexplained)).toHaveLength(2)
  expect(describeFindings(found)).toContain(
    '  MISSING without a reason: worker vf_worker_poll_runs_total{job="daily-maintenance",result="ok"}',
  )
})

test('a daily job that has not run yet is explained by its schedule, the minutely one is not', () => {
  const stillOf = (job: string) => {
    const isRuns = of('vf_worker_poll_runs_total', job)
    return findings(worker((line) => (isRuns(line) ? { ...line, value: 0 } : line)))
  }
  expect(stillOf('daily-maintenance').filter(isUnexplained)).toEqual([])
  const viewerPoll = stillOf('viewer-poll').filter(isUnexplained)
  expect(viewerPoll.map(({ series }) => series.labels)).toEqual([
    { job: 'viewer-poll', result: 'ok' },
  ])
})

test('a gauge that is 0 now and was not before has moved', () => {
  const streams: Line = { name: 'vf_worker_live_streams', labels: { service: 'worker' }, value: 0 }
  const quiet = worker((line) => (line.name === streams.name ? streams : line))
  expect(findings(quiet)).toHaveLength(1)
  expect(findings(quiet, [{ ...streams, value: 3 }])).toEqual([])
})

test('a name that is not in the catalogue is reported', () => {
  const now = parseExposition('vf_surprise_total{a="1"} 3\nvf_worker_live_streams 1\n')
  expect(strangers({ now, highest: [] })).toEqual(['vf_surprise_total'])
})

test('the figures hold exactly where no series is unexplained', () => {
  const isBuild = (line: Line) => line.name === 'vf_build_info'
  const whole = compare('worker', { now: worker(), highest: [] }, NOW)
  const broken = worker((line) => (isBuild(line) ? undefined : line))
  const partly = compare('worker', { now: broken, highest: [] }, NOW)
  expect(figuresOf(whole).every(({ held }) => held)).toBe(true)
  expect(figuresOf(partly).filter(({ held }) => !held)).toMatchObject([
    { name: 'worker vf_build_info', value: 1, limit: 0, unit: 'series without a reason' },
  ])
})

test('label values with quotes, commas, braces and line breaks are read as they were written', () => {
  const [line] = parseExposition('x{a="1,\\"}\\n",b="{\\\\"} 5 1700000000\n')
  expect(line).toEqual({ name: 'x', labels: { a: '1,"}\n', b: '{\\' }, value: 5 })
})
