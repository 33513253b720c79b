import { runTool } from '@verifluence/toolchain'
import { expect, it } from 'vitest'
import { badUnits } from '../catalogue/bad-units.ts'
import { startShop } from './shop.ts'

it('promtool finds nothing to say about a scrape, but for the names taken over from prom-client', async () => {
  const { url } = await startShop()
  await fetch(url).then((response) => response.text())
  const input = await (await fetch(url)).text()
  const { stdout, stderr } = await runTool('promtool', ['check', 'metrics'], { input })
  const suffix = 'non-counter metrics should not have "_total" suffix'
  expect((stdout + stderr).trim().split('\n').sort()).toEqual([
    'guest_odd counter metrics should have "_total" suffix',
    `nodejs_active_handles_total ${suffix}`,
    `nodejs_active_requests_total ${suffix}`,
    `nodejs_active_resources_total ${suffix}`,
  ])
})

it("promtool complains about every unit that the kit's lint must find", async () => {
  const names = badUnits.map((unit) => `shop_size_${unit}`)
  const input = names.map((name) => `# HELP ${name} x\n# TYPE ${name} gauge\n${name} 1\n`).join('')
  const { stdout, stderr } = await runTool('promtool', ['check', 'metrics'], { input })
  const found = (stdout + stderr)
    .trim()
    .split('\n')
    .filter((line) => / unit/.test(line))
  expect(new Set(found.map((line) => line.split(' ')[0]))).toEqual(new Set(names))
})
