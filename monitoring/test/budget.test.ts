import { expect, it } from 'vitest'
import { samplesPerSecond, seriesBudget, seriesFromTheStart } from '../src/budget.ts'

it.each(['api', 'worker'] as const)(
  'starts the %s with at most half of its series, so that routes and codes have room',
  (process) => {
    expect(seriesFromTheStart(process)).toBeGreaterThan(100)
    expect(seriesFromTheStart(process)).toBeLessThanOrEqual(seriesBudget[process] / 2)
  },
)

it('keeps the whole system below 250 samples a second', () => {
  expect(samplesPerSecond()).toBeLessThanOrEqual(250)
})
