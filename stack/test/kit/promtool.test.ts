import { runTool } from '@verifluence/stack/binaries'
import { expect, it } from 'vitest'
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
