import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, until } from '@verifluence/testkit'
import { findBinary } from '@verifluence/toolchain'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { awkward, startShop } from './shop.ts'

const jobs = { text: 'PrometheusText0.0.4', openmetrics: 'OpenMetricsText1.0.0' } as const

/** A real Prometheus that scrapes one shop in both formats. */
async function startPrometheus() {
  const shop = await startShop()
  const folder = mkdtempSync(join(tmpdir(), 'kit-prometheus-'))
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: Object.entries(jobs).map(([job_name, protocol]) => ({
      job_name,
      scrape_protocols: [protocol],
      static_configs: [{ targets: [`127.0.0.1:${shop.port}`] }],
    })),
  }
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config))
  const port = await freePort()
  const { command, args } = await findBinary('prometheus')
  const flags = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ]
  const child = spawn(command, [...args, ...flags], { stdio: 'ignore' })
  onTestFinished(async () => {
    child.kill()
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)
    return ((await response.json()) as { data: unknown }).data
  }
  return {
    get,
    async query(expression: string) {
      const { result } = (await get(`query?query=${encodeURIComponent(expression)}`)) as {
        result: { metric: Record<string, string>; value: [number, string] }[]
      }
      return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
    },
  }
}

describe('Prometheus', () => {
  it('reads both formats to the same series and the same values', { timeout: 60_000 }, async () => {
    const prometheus = await startPrometheus()
    await until(
      'both targets are up',
      async () => (await prometheus.query('up == 1')).length === 2 || undefined,
      { withinMs: 30_000 },
    )
    for (const job of Object.keys(jobs)) {
      const sales = await prometheus.query(`shop_sales_total{job="${job}",paid="card"}`)
      const found = sales.map(({ metric, value }) => [metric.item ?? '', value])
      expect(found.sort()).toEqual(awkward.map((item, at) => [item, at + 1]).sort())
      const one = async (name: string) =>
        (await prometheus.query(`${name}{job="${job}"}`)).map(({ value }) => value)
      expect(await one('shop_level_bytes')).toEqual([1e21])
      expect(await one('guest_total')).toEqual([3])
      expect(await one('guest_odd')).toEqual([1])
      expect(await one('nodejs_version_info')).toEqual([1])
      const buckets = await prometheus.query(
        `shop_sale_duration_seconds_bucket{job="${job}",paid="cash"}`,
      )
      const edges = buckets.map(({ metric, value }) => [
        Number(metric.le?.replace('Inf', 'Infinity')),
        value,
      ])
      expect(edges.sort(([one = 0], [other = 0]) => one - other)).toEqual([
        [0.00001, 0],
        [0.5, 0],
        [1, 1],
        [1_000_000, 1],
        [Infinity, 1],
      ])
    }

    const exemplars = await until(
      'the exemplars are stored',
      async () => {
        const path = `query_exemplars?query=${encodeURIComponent('{__name__=~"shop_.*"}')}&start=0&end=${Date.now()}`
        const found = (await prometheus.get(path)) as {
          seriesLabels: Record<string, string>
          exemplars: { labels: Record<string, string> }[]
        }[]
        return found.length > 1 && found
      },
      { withinMs: 20_000 },
    )
    expect(
      exemplars.map(({ seriesLabels }) => [seriesLabels.__name__, seriesLabels.job]).sort(),
    ).toEqual([
      ['shop_sale_duration_seconds_bucket', 'openmetrics'],
      ['shop_sales_total', 'openmetrics'],
    ])
    expect(exemplars[0]?.exemplars[0]?.labels).toEqual({ request_id: 'r-1' })
  })
})
