import { closeSync, openSync, watch } from 'node:fs'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { instrumentRuntime, runtimeMetrics } from 'sideport'
import { describe, expect, it, onTestFinished } from 'vitest'
import { formats } from '../../support/scrape.ts'
import { startSideport } from '../../support/start.ts'
import { until } from '../../support/until.ts'

async function startProcess() {
  const shop = await startSideport({ catalogue: runtimeMetrics(['shop']) })
  onTestFinished(instrumentRuntime(shop))
  return shop
}

/** Keeps the event loop busy, so that what comes meanwhile comes at once. */
function block(milliseconds: number) {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe.each(formats)('the runtime metrics in $format', ({ accept, openMetrics }) => {
  it('have every name that prom-client has', async () => {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const names = registry.getMetricsAsArray().map(({ name }) => name)
    const shop = await startProcess()
    const exposed = await until('the first window is over', async () => {
      const { families } = await shop.seen({ accept })
      return families.has('nodejs_eventloop_lag_p99_seconds') && families
    })
    const missing = names.filter(
      (name) => !exposed.has(openMetrics ? name.replace(/(_seconds)_total$/, '$1') : name),
    )
    expect(missing).toEqual([])
  })

  it('describe this process', async () => {
    const shop = await startProcess()
    const seen = await shop.seen({ accept })
    expect(seen.value('process_start_time_seconds')).toBeCloseTo(
      Date.now() / 1_000 - process.uptime(),
      0,
    )
    const [major] = process.versions.node.split('.')
    expect(
      seen.value('nodejs_version_info', { version: process.version, major: major ?? '' }),
    ).toBe(1)
    const { user, system } = process.cpuUsage()
    expect(seen.value('process_cpu_seconds_total')).toBeGreaterThan(0)
    expect(seen.value('process_cpu_seconds_total')).toBeLessThanOrEqual((user + system) / 1e6)
    expect(seen.value('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6)
    expect(seen.value('nodejs_heap_space_size_used_bytes', { space: 'old' })).toBeGreaterThan(1e5)
    expect(seen.value('process_resident_memory_bytes')).toBeGreaterThan(1e7)
    expect(seen.value('nodejs_active_handles_total')).toBeGreaterThan(0)
  })
})

describe('the garbage collector', () => {
  it('pitfall 39: has every run counted, also those that are reported together', async () => {
    const { PerformanceObserver } = await import('node:perf_hooks')
    let ran = 0
    const observer = new PerformanceObserver((list) => {
      ran += list.getEntries().length
    })
    const shop = await startProcess()
    observer.observe({ entryTypes: ['gc'] })
    onTestFinished(() => observer.disconnect())
    let garbage: unknown[] = []
    for (let round = 0; round < 300; round++) garbage = Array.from({ length: 20_000 }, () => ({}))
    expect(garbage).toHaveLength(20_000)
    await until('the runs are reported', () => ran > 5)
    // The scrape itself makes garbage, too.
    const before = ran
    const seen = await shop.seen()
    const counted = seen.samples('nodejs_gc_duration_seconds_count')
    expect(counted.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThanOrEqual(before)
  })
})

describe('the event loop', () => {
  it('pitfall 38: has a delay that every scraper sees, however many came before', async () => {
    const shop = await startProcess()
    await until('the loop is sampled', async () => {
      return ((await shop.seen()).value('nodejs_eventloop_delay_seconds_count') ?? 0) > 0
    })
    block(300)
    const late = async () => {
      const seen = await shop.seen()
      const all = seen.value('nodejs_eventloop_delay_seconds_count') ?? 0
      return all - (seen.value('nodejs_eventloop_delay_seconds_bucket', { le: '0.1' }) ?? 0)
    }
    const first = await until('the delay is seen', late)
    expect(first).toBeGreaterThan(0)
    expect(await late()).toBeGreaterThanOrEqual(first)
  })

  it('pitfalls 6, 38: has lag gauges that no scrape resets and that are never NaN', async () => {
    const shop = await startProcess()
    block(300)
    const max = await until('the first window is over', async () => {
      return (await shop.seen()).value('nodejs_eventloop_lag_max_seconds')
    })
    expect(max).toBeGreaterThan(0.1)
    const seen = await shop.seen()
    expect(seen.value('nodejs_eventloop_lag_max_seconds')).toBe(max)
    for (const statistic of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']) {
      expect(seen.value(`nodejs_eventloop_lag_${statistic}_seconds`)).toBeGreaterThanOrEqual(0)
    }
  })

  it('pitfall 38: has its busy time as a counter', async () => {
    const shop = await startProcess()
    const active = async () =>
      (await shop.seen()).value('nodejs_eventloop_time_seconds_total', { state: 'active' }) ?? 0
    const before = await active()
    block(100)
    await until('the time is counted', async () => (await active()) - before >= 0.1)
  })
})

describe.runIf(process.platform === 'linux')('open descriptors', () => {
  it('are counted as they come and go', async () => {
    const shop = await startProcess()
    const open = async () => (await shop.seen()).value('process_open_fds') ?? 0
    const before = await open()
    const opened = Array.from({ length: 200 }, () => openSync('/dev/null', 'r'))
    const during = await open()
    for (const descriptor of opened) closeSync(descriptor)
    expect(during - before).toBeGreaterThan(150)
    expect(during - before).toBeLessThan(250)
    expect((await shop.seen()).value('process_max_fds')).toBeGreaterThan(during)
  })
})

describe('resources', () => {
  it('pitfall 24: disappear by type when the last one is gone', async () => {
    const shop = await startProcess()
    const watchers = async () =>
      (await shop.seen()).value('nodejs_active_handles', { type: 'FSEventWrap' })
    const watcher = watch(import.meta.dirname)
    await until('the watcher is shown', async () => (await watchers()) === 1)
    watcher.close()
    await until('the watcher is gone', async () => (await watchers()) === undefined)
  })
})
