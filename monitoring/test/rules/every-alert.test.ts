import { expect, it } from 'vitest'
import { alerts } from '../../src/components/index.ts'
import { batteries } from '../../src/rule-testing/index.ts'

const checks = batteries.flatMap(({ scenarios }) => scenarios).flatMap(({ checks = [] }) => checks)
const names = [...new Set(alerts.map(({ name }) => name))]

it.each(names)('%s has a scenario in which it fires', (name) => {
  expect(checks.some(({ alert, fires }) => alert === name && fires.length > 0)).toBe(true)
})

it.each(names.filter((name) => name !== 'Watchdog'))(
  '%s has a scenario in which it stops, or does not fire',
  (name) => {
    expect(checks.some(({ alert, fires }) => alert === name && fires.length === 0)).toBe(true)
  },
)
