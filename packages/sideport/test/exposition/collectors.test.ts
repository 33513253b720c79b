import { Gauge } from 'prom-client'
import { gauge } from 'sideport'
import { describe, expect, it } from 'vitest'
import { formats } from '../support/scrape.ts'
import { startSideport } from '../support/start.ts'
import { until } from '../support/until.ts'

const exportedBy = ['shop'] as const
const level = (name: string) => gauge({ name, help: 'x', aggregate: 'max', exportedBy })
const catalogue = {
  stock: level('shop_stock'),
  staff: level('shop_staff'),
  morale: level('shop_morale'),
}

const FAILURES = 'sideport_collector_failures_total'
const hasty = { 'x-prometheus-scrape-timeout-seconds': '0.1' }

/** A run that ends when the test says so. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe.each(formats)('a scrape in $format', ({ accept }) => {
  it('pitfall 23: loses only the series of a collector that fails, and counts it', async () => {
    const logged: unknown[] = []
    const log = { warn: (fields: unknown) => logged.push(fields) }
    const shop = await startSideport({ catalogue, log })
    shop.collect('stock', ['stock'], () => {
      throw new Error('no database')
    })
    shop.collect('staff', ['staff'], async () => shop.metrics.staff.set(3))
    const first = await shop.seen({ accept })
    expect(first.status).toBe(200)
    expect(first.samples('shop_stock')).toEqual([])
    expect(first.value('shop_staff')).toBe(3)
    expect(first.value('shop_morale')).toBe(0)
    expect(logged).toMatchObject([
      { collector: 'stock', reason: 'error', err: { message: 'no database' } },
    ])
    const second = await shop.seen({ accept })
    expect(second.value(FAILURES, { collector: 'stock', reason: 'error' })).toBeGreaterThan(0)
    expect(second.value(FAILURES, { collector: 'staff', reason: 'error' })).toBe(0)
  })

  it('pitfall 23: answers within its timeout although a collector hangs', async () => {
    const shop = await startSideport({ catalogue })
    const { open, opened } = gate()
    let runs = 0
    shop.collect('stock', ['stock'], () => {
      runs++
      return opened
    })
    const seen = await shop.seen({ accept, ...hasty })
    expect(seen.samples('shop_stock')).toEqual([])
    expect(seen.value('shop_staff')).toBe(0)
    expect(seen.value(FAILURES, { collector: 'stock', reason: 'timeout' })).toBe(1)

    const again = await shop.seen({ accept, ...hasty })
    expect(again.value(FAILURES, { collector: 'stock', reason: 'timeout' })).toBe(2)
    expect(runs, 'is not started again while it hangs').toBe(1)

    open()
    await until(
      'the collector is back',
      async () => (await shop.seen({ accept })).value('shop_stock') === 0,
    )
    expect(runs).toBeGreaterThan(1)
  })

  it('pitfall 23: aborts a collector when the scrape cannot wait longer', async () => {
    const shop = await startSideport({ catalogue })
    let reason: unknown
    shop.collect('stock', ['stock'], (signal) => {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
          reject(signal.reason)
        })
      })
    })
    await shop.seen({ accept, ...hasty })
    expect(reason).toBeInstanceOf(Error)
  })

  it('pitfall 23: loses only the series of a foreign metric that fails or hangs', async () => {
    const shop = await startSideport({ catalogue })
    const registers = [shop.registry]
    new Gauge({
      name: 'guest_broken',
      help: 'x',
      registers,
      collect() {
        throw new Error('no')
      },
    })
    let runs = 0
    new Gauge({
      name: 'guest_hanging',
      help: 'x',
      registers,
      collect() {
        runs++
        return new Promise<void>(() => {})
      },
    })
    new Gauge({ name: 'guest_sound', help: 'x', registers }).set(5)
    for (const _ of [1, 2]) {
      const seen = await shop.seen({ accept, ...hasty })
      expect(seen.text).not.toMatch(/^guest_(broken|hanging)/m)
      expect(seen.value('guest_sound')).toBe(5)
    }
    expect(runs).toBe(1)
    const seen = await shop.seen({ accept, ...hasty })
    expect(seen.value(FAILURES, { collector: 'guest_broken', reason: 'error' })).toBeGreaterThan(1)
    expect(seen.value(FAILURES, { collector: 'guest_hanging', reason: 'timeout' })).toBeGreaterThan(
      1,
    )
  })
})

describe('scrapes at the same time', () => {
  it('pitfall 23: share one run of every collector, whatever their formats', async () => {
    const shop = await startSideport({ catalogue })
    const { open, opened } = gate()
    let runs = 0
    shop.collect('stock', ['stock'], async () => {
      runs++
      await opened
      shop.metrics.stock.inc()
    })
    const scrapes = [...formats, ...formats].map(({ accept }) => shop.scrape({ accept }))
    open()
    for (const answer of await Promise.all(scrapes)) expect(answer.status).toBe(200)
    expect(runs).toBe(1)
    expect((await shop.seen()).value('shop_stock'), 'and the next one has a run of its own').toBe(2)
  })

  it('pitfall 23: wait as long as each of them can, so that a hasty one costs a patient one nothing', async () => {
    const shop = await startSideport({ catalogue })
    const { open, opened } = gate()
    const guest = gate()
    let signal: AbortSignal | undefined
    shop.collect('stock', ['stock'], (given) => {
      signal = given
      return opened
    })
    new Gauge({
      name: 'guest',
      help: 'x',
      registers: [shop.registry],
      collect: () => guest.opened,
    })
    const patients = [shop.seen(), shop.seen()]
    const left = await shop.seen(hasty)
    expect(left.samples('shop_stock')).toEqual([])
    expect(left.samples('guest')).toEqual([])
    expect(signal?.aborted, 'is logged to give up while others wait').toBe(false)
    const joined = shop.seen()
    open()
    guest.open()
    for (const seen of await Promise.all([...patients, joined])) {
      expect(seen.samples('shop_stock')).toHaveLength(1)
      expect(seen.samples('guest')).toHaveLength(1)
      expect(seen.value(FAILURES, { collector: 'stock', reason: 'timeout' })).toBe(1)
    }
  })

  it('pitfall 23: who comes when a hasty one has left waits for the run as long as it can', async () => {
    const shop = await startSideport({ catalogue })
    const guest = gate()
    new Gauge({
      name: 'guest',
      help: 'x',
      registers: [shop.registry],
      collect: () => guest.opened,
    })
    let scrapes = 0
    shop.collect('staff', ['staff'], () => void scrapes++)
    expect((await shop.seen(hasty)).samples('guest')).toEqual([])
    const patient = shop.seen()
    await until('the patient one is there', () => scrapes === 2)
    guest.open()
    expect((await patient).samples('guest')).toHaveLength(1)
  })

  it('pitfall 23: that overlap do not reuse a hanging run or its stale values', async () => {
    let elapsed = 0
    const timers: { due: number; action: () => void }[] = []
    const clock = {
      now: () => 0,
      elapsed: () => elapsed,
      after: (seconds: number, action: () => void) => {
        timers.push({ due: elapsed + seconds, action })
        return () => {}
      },
    }
    const pass = (seconds: number) => {
      elapsed += seconds
      for (const { due, action } of timers) if (due <= elapsed) action()
    }
    const shop = await startSideport({ catalogue, clock })
    shop.collect('stock', ['stock'], () => new Promise(() => {}))
    shop.collect('staff', ['staff'], () => shop.metrics.staff.inc())
    const come = (scrapes: number) => until('it has come', () => timers.length === scrapes)
    const first = shop.seen()
    await come(1)
    pass(5)
    const second = shop.seen()
    await come(2)
    pass(5)
    expect((await first).value('shop_staff')).toBe(1)
    expect((await shop.seen()).value('shop_staff'), 'the third does not wait').toBe(2)
    pass(5)
    expect((await second).status).toBe(200)
  })
})

describe('a collector', () => {
  it('pitfall 1: has its failures at 0 before the first of them', async () => {
    const shop = await startSideport({ catalogue })
    shop.collect('stock', ['stock'], () => {})
    const failures = (await shop.seen()).samples(FAILURES)
    expect(failures.map(({ labels, value }) => [labels.reason, value])).toEqual([
      ['error', 0],
      ['timeout', 0],
      ['recursion', 0],
    ])
  })

  it('must have a name of its own', async () => {
    const shop = await startSideport({ catalogue })
    shop.collect('stock', ['stock'], () => {})
    expect(() => shop.collect('stock', ['staff'], () => {})).toThrow(
      'There already is a collector named stock; name this one differently.',
    )
  })
})

describe('a collector of metrics that are not there', () => {
  it('stops at start', async () => {
    const shop = await startSideport({ catalogue })
    expect(() => shop.collect('stock', ['stokc' as 'stock'], () => {})).toThrow(
      'The collector stock fills stokc, which shop does not export.',
    )
  })
})

describe('a registry that cannot be read', () => {
  it('pitfall 23: is the only reason for a 500', async () => {
    const shop = await startSideport({ catalogue })
    const intact = shop.registry.getMetricsAsArray
    shop.registry.getMetricsAsArray = () => {
      throw new Error('the registry is gone')
    }
    const response = await fetch(shop.url)
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('Nothing could be gathered: the registry is gone\n')
    shop.registry.getMetricsAsArray = intact
    expect((await shop.seen()).value('sideport_scrapes_total', { code: '500' })).toBe(1)
  })
})
