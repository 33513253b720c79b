import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { builtApp, startConsole } from '@verifluence/console'
import { answersOk, createService, freePort, nodeCommand, until } from '@verifluence/testkit'
import { type Browser, NO_BROWSER, openBrowser, type Page } from '@verifluence/testkit/browser'
import { PANELS, writeDashboards } from './console/dashboards.ts'
import { ROUTES, type Week, withWeek } from './console/week.ts'
import { atMost, type Bench, type Result, seen } from './result.ts'
import { median } from './rounds.ts'

const TALL = { width: 1440, height: 4_500 }
const ROUNDS = 5
const COST_MS = 60_000

/** The limits of the console, in a real browser against a Prometheus with a week of samples. */
export const consoleBench: Bench = async (show) => {
  const browser = await openBrowser()
  if (browser === undefined) {
    show(NO_BROWSER)
    return []
  }
  try {
    return await withWeek(async (week) => {
      const port = await freePort()
      const { url, stop } = await startConsole({
        ...{ port, canSilence: false, dashboards: writeDashboards(week.folder) },
        ...{ prometheus: week.prometheus, alertmanager: week.alertmanager },
      })
      try {
        show('console: sizes and the first page …')
        const sizes = await measureSizes(browser, url)
        const first = await measureFirstPage(browser, url)
        show(`console: a dashboard of ${PANELS} panels …`)
        const dashboards = await measureDashboards(browser, url)
        show(`console: a chart of ${ROUTES} lines …`)
        const panning = await measurePanning(browser, url)
        show('console: from Alertmanager to the page …')
        const latency = await measureLatency(browser, url, week)
        show(`console: its cost for ${COST_MS / 1_000} s …`)
        const cost = await measureCost(browser, week)
        return [...sizes, first, ...dashboards, panning, latency, ...cost]
      } finally {
        await stop()
      }
    })
  } finally {
    await browser.close()
  }
}

async function withPage<T>(
  browser: Browser,
  work: (page: Page) => Promise<T>,
  viewport = { width: 1440, height: 900 },
): Promise<T> {
  const context = await browser.newContext({ viewport, locale: 'en-GB' })
  try {
    return await work(await context.newPage())
  } finally {
    await context.close()
  }
}

const kilobytes = (bytes: Buffer): number => gzipSync(bytes).length / 1_000

async function measureSizes(browser: Browser, url: string): Promise<Result[]> {
  const first = await withPage(browser, async (page) => {
    let sum = 0
    page.on('response', async (response) => {
      if (response.url().endsWith('.js')) sum += kilobytes(await response.body())
    })
    await page.goto(url, { waitUntil: 'networkidle' }).catch(() => {})
    await page.locator('.path .hop').first().waitFor()
    return sum
  })
  const assets = join(await builtApp(), 'assets')
  const all = readdirSync(assets)
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + kilobytes(readFileSync(join(assets, name))), 0)
  return [
    atMost(150, { name: 'console, JavaScript of the first page, gzip', value: first, unit: 'kB' }),
    atMost(350, { name: 'console, JavaScript of the whole app, gzip', value: all, unit: 'kB' }),
  ]
}

async function measureFirstPage(browser: Browser, url: string): Promise<Result> {
  const seen: number[] = []
  for (let round = 0; round < ROUNDS; round += 1)
    await withPage(browser, async (page) => {
      const begun = performance.now()
      await page.goto(url, { waitUntil: 'commit' })
      await page.locator('.path .hop').first().waitFor()
      seen.push(performance.now() - begun)
    })
  return atMost(1, { name: 'console, first page usable', value: median(seen) / 1_000, unit: 's' })
}

async function measureDashboards(browser: Browser, url: string): Promise<Result[]> {
  const results: Result[] = []
  for (const [range, limit] of [
    ['1h', 1.5],
    ['7d', 3],
  ] as const) {
    const seen: number[] = []
    for (let round = 0; round < ROUNDS; round += 1)
      await withPage(
        browser,
        async (page) => {
          const begun = performance.now()
          await page.goto(`${url}/dashboards/many?from=now-${range}&to=now`, {
            waitUntil: 'commit',
          })
          const drawn = page.locator('.gf-panel[data-state=drawn] canvas')
          await until('all are drawn', async () => (await drawn.count()) === PANELS, {
            withinMs: 60_000,
            everyMs: 10,
          })
          seen.push(performance.now() - begun)
        },
        TALL,
      )
    results.push(
      atMost(limit, {
        name: `console, dashboard of ${PANELS} panels over ${range}, all drawn`,
        value: median(seen) / 1_000,
        unit: 's',
      }),
    )
  }
  return results
}

/** The longest time between two frames while the cross-hair moves and a range is dragged. */
function measurePanning(browser: Browser, url: string): Promise<Result> {
  return withPage(browser, async (page) => {
    await page.goto(`${url}/dashboards/hundred?from=now-24h&to=now`)
    const chart = page.locator('.gf-panel[data-state=drawn] .u-over')
    await chart.waitFor({ timeout: 60_000 })
    const box = await chart.boundingBox()
    if (!box) throw new Error('the chart has no size')
    await page.evaluate(
      `window.longest = 0; let last = performance.now(); (function tick(now) {
        window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(tick)
      })(last)`,
    )
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + 10, y)
    await page.mouse.move(box.x + box.width - 10, y, { steps: 120 })
    for (let turn = 0; turn < 3; turn += 1) {
      await page.mouse.move(box.x + box.width * 0.2, y)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.9, y, { steps: 40 })
      await page.mouse.up()
      await chart.waitFor()
    }
    const longest = Number(await page.evaluate('window.longest'))
    return atMost(1, {
      name: `console, longest pause while a chart of ${ROUTES} lines is moved`,
      value: longest / 1_000,
      unit: 's',
    })
  })
}

function measureLatency(browser: Browser, url: string, { alertmanager }: Week): Promise<Result> {
  return withPage(browser, async (page) => {
    await page.goto(url)
    const hop = page.locator('.hop', { hasText: 'Alertmanager' })
    await hop.waitFor()
    const seen: number[] = []
    for (let round = 1; round <= ROUNDS; round += 1) {
      const begun = performance.now()
      await fetch(`${alertmanager}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels: { alertname: `Bench${round}`, severity: 'warning' } }]),
      })
      await hop.locator('b', { hasText: new RegExp(`^${round}$`) }).waitFor()
      seen.push(performance.now() - begun)
    }
    return atMost(2, {
      name: 'console, from a change in Alertmanager to the page, the slowest',
      value: Math.max(...seen) / 1_000,
      unit: 's',
    })
  })
}

/** What `npm run console` costs with one page open; read from /proc, so on Linux alone. */
async function measureCost(browser: Browser, week: Week): Promise<Result[]> {
  if (process.platform !== 'linux') return []
  const port = await freePort()
  const { command, args, ...rest } = nodeCommand('console', 'console/src/server/main.ts', {
    log: join(week.folder, 'console.log'),
    env: {},
  })
  const given = [
    `--prometheus=${week.prometheus}`,
    `--alertmanager=${week.alertmanager}`,
    `--port=${port}`,
  ]
  const service = createService(
    {
      name: 'console',
      command: () => ({ ...rest, command, args: [...args, ...given] }),
      isHealthy: () => answersOk(`http://127.0.0.1:${port}/`),
      startWithinMs: 60_000,
    },
    { onStart: () => {}, onExit: () => {} },
  )
  await service.start()
  const pid = service.pid() ?? 0
  try {
    return await withPage(browser, async (page) => {
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.locator('.path .hop').first().waitFor()
      await pause(5_000)
      const before = cpuSeconds(pid)
      await pause(COST_MS)
      const share = (100 * (cpuSeconds(pid) - before)) / (COST_MS / 1_000)
      return [
        atMost(5, { name: 'console, with one page open', value: share, unit: '% of a core' }),
        atMost(100, {
          name: 'console, memory of its own',
          value: megabytes(pid, 'RssAnon'),
          unit: 'MB',
        }),
        seen({
          name: 'console, resident memory with the mapped Node binary',
          value: megabytes(pid, 'VmRSS'),
          unit: 'MB',
        }),
      ]
    })
  } finally {
    await service.stop()
  }
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function megabytes(pid: number, field: 'RssAnon' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [, kibibytes = 0] = new RegExp(`${field}:\\s+(\\d+)`).exec(status) ?? []
  return (Number(kibibytes) * 1_024) / 1e6
}
