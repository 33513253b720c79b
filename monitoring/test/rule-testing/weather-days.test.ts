import { expect, test } from 'vitest'
import { alertmanagerConfig } from '../../src/alertmanager/config.ts'
import { ruleGroups } from '../../src/generate/rules.ts'
import { violationsOf } from '../../src/rule-testing/weather/laws.ts'
import { live } from '../../src/rule-testing/weather/simulate.ts'
import { weatherOf } from '../../src/rule-testing/weather/weather.ts'

/** Short days; long ones are for `npm run drill -- --simulate`. */
const SHORT = 2

const shortDays = Array.from({ length: 100 }, (_, index) => index + 1)
  .filter((seed) => weatherOf(seed).hours === SHORT)
  .slice(0, 25)

test('25 random days break none of the five laws', { timeout: 300_000 }, async () => {
  const halves = [shortDays.slice(0, 13), shortDays.slice(13)]
  const found = await Promise.all(
    halves.map(async (half) => {
      const lived = await live(half.map(weatherOf), ruleGroups(), alertmanagerConfig)
      return lived.flatMap((day, index) =>
        violationsOf(day).map(({ law, alert, cause, text }) => ({
          seed: half[index],
          law,
          alert,
          cause,
          text,
        })),
      )
    }),
  )
  expect(found.flat()).toEqual([])
})
