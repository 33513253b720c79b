import { describe, expect, it } from 'vitest'
import { isMissed } from '../../src/jobs/catch-up.ts'
import { jobs } from '../../src/telemetry/jobs.ts'

const DAY = 86_400
const now = 1_800_000_000
const daily = jobs['daily-maintenance']

describe('a daily job is missed', () => {
  it.each([
    ['a day and a quarter of an hour after its last success', now - DAY - 900, true],
    ['not within a day of it', now - DAY + 900, false],
    ['when its last success lies in the future: a clock was wrong', now + 30 * 60, true],
    ['not for the difference between two clocks', now + 30, false],
  ])('%s', (_, lastSuccessAt, expected) => {
    const beat = { registeredAt: now - 10 * DAY, lastSuccessAt, lastRunAt: lastSuccessAt }
    expect(isMissed(daily, beat, now)).toBe(expected)
  })
})
