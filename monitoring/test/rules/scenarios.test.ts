import { describe, expect, it } from 'vitest'
import { ruleGroups } from '../../src/generate/rules.ts'
import { batteries } from '../../src/rule-testing/index.ts'
import { runBattery } from '../../src/rule-testing/promtool.ts'
import { runTool } from '../support/tools.ts'

describe('the rules', () => {
  for (const battery of batteries) {
    it(`hold in every scenario of ${battery.name}`, { timeout: 90_000 }, async () => {
      const { held, complaints } = await runBattery(battery, ruleGroups(), runTool)
      expect(held, complaints).toBe(true)
    })
  }
})
