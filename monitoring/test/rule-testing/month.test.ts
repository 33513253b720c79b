import { createRandom } from '@verifluence/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RuleGroup } from '../../src/generate/rules.ts'
import { createLife } from '../../src/rule-testing/month/life/life.ts'
import { drawMoments, TIMES } from '../../src/rule-testing/month/moments.ts'
import { liveThrough, type Question, valuesOf } from '../../src/rule-testing/month/promtool.ts'
import { themes } from '../../src/rule-testing/month/run-month.ts'
import { TICK } from '../../src/rule-testing/month/time.ts'

type Sample = number | 'stale' | undefined

/** What promtool makes of the text: `1+2x3` is 1 3 5 7, `_x2` is nothing twice. */
function expand(text: string): Sample[] {
  return text.split(' ').flatMap((word): Sample[] => {
    if (word === 'stale') return ['stale']
    const blanks = /^_(?:x(\d+))?$/.exec(word)
    if (blanks) return Array<Sample>(Number(blanks[1] ?? 1)).fill(undefined)
    const [, first, sign, step = '0', times = '0'] =
      /^(-?[\d.e-]+?)(?:([+-])(\d+))?(?:x(\d+))?$/.exec(word) ?? []
    const rise = (sign === '-' ? -1 : 1) * Number(step)
    return Array.from({ length: Number(times) + 1 }, (_, index) => Number(first) + rise * index)
  })
}

test('whatever a series does, promtool reads exactly that', () => {
  const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 9 }), fc.constant(4))
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
      const read = expand(valuesOf(Float64Array.from(values), []))
      expect(read).toHaveLength(values.length)
      for (const [tick, expected] of values.entries()) {
        const isGone = Number.isNaN(expected)
        if (!isGone) expect(read[tick]).toBe(expected)
        else expect([undefined, 'stale']).toContain(read[tick])
        const hasJustGone = isGone && tick > 0 && !Number.isNaN(values[tick - 1])
        expect(read[tick] === 'stale').toBe(hasJustGone)
      }
    }),
  )
})

test('where Prometheus was away there is no sample and no staleness marker', () => {
  const values = Float64Array.from({ length: 10 }, (_, tick) => tick)
  const read = expand(valuesOf(values, [[3 * TICK, 6 * TICK]]))
  expect(read).toEqual([0, 1, 2, undefined, undefined, undefined, 6, 7, 8, 9])
})

const live = (question: Question) => {
  const rule = { alert: 'ErrorBudgetBurn', expr: 'errors > 3', labels: { severity: 'critical' } }
  const track = { name: 'errors', labels: {}, values: Float64Array.from([1, 2, 3, 4, 5]) }
  const groups = [{ name: 'errors', rules: [rule] }] as unknown as readonly RuleGroup[]
  return liveThrough(groups, [track], [], [question], new AbortController().signal)
}

test('an answer is the value of what fired, whatever the alert is called, and none when nothing did', async () => {
  const expr = 'min_over_time(timestamp(ALERTS{alertname="ErrorBudgetBurn"})[10m:30s])'
  const [answer] = await live({ at: 4 * TICK, expr })
  expect(answer?.value).toBe(3 * TICK)
  expect(answer?.labels).toMatchObject({ alertname: 'ErrorBudgetBurn' })
  expect(await live({ at: 2 * TICK, expr })).toEqual([])
})

test('a question that promtool cannot answer ends the month instead of counting as silence', async () => {
  await expect(live({ at: TICK, expr: 'errors > ' })).rejects.toThrow(/could not live through/)
  const twice = 'errors * on() {__name__=~"errors|ALERTS"}'
  await expect(live({ at: 4 * TICK, expr: twice })).rejects.toThrow(/could not live.*duplicate/)
})

test('every failure strikes as often as promised, at the same moments for the same seed, and never meets another of its lane', () => {
  const ordinary = createLife(1, new Map())
  for (const theme of themes) {
    const strikes = drawMoments(theme, ordinary, createRandom(7))
    expect(drawMoments(theme, ordinary, createRandom(7))).toEqual(strikes)
    expect(strikes).toHaveLength(theme.failures.length * TIMES)
    const lanes = new Set(strikes.map(({ failure }) => failure.lane))
    for (const lane of lanes) {
      const spans = strikes.filter(({ failure }) => failure.lane === lane).map(({ span }) => span)
      for (const [index, [from]] of spans.entries()) {
        expect(from).toBeGreaterThan(spans[index - 1]?.[1] ?? 0)
      }
    }
  }
})
