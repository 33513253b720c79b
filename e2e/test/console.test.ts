import { startConsole } from '@verifluence/console'
import { defaultCredentials } from '@verifluence/fakes'
import {
  buildTree,
  freePorts,
  type Manifest,
  OPERATIONS,
  type Stack,
  startStack,
} from '@verifluence/local'
import { freePort, PROJECT, until } from '@verifluence/testkit'
import { NO_BROWSER, openBrowser, type Page } from '@verifluence/testkit/browser'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import axe from 'axe-core'
import { afterAll, test as base, beforeAll, describe, expect } from 'vitest'
import { openConsole } from '../src/start/open-console.ts'

/** Divides the waits of rules and routes: a worker that is gone is reported after 25 s, not 150 s. */
const SPEED = 6
const WIDE = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
const SOON = { timeout: 20_000 }
/** The rule, the route and the message, on a busy machine. */
const LATER = { timeout: 120_000 }

const browser = await openBrowser()
if (browser === undefined) console.warn(NO_BROWSER)
const { path: folder, remove } = temporaryFolder()
let stack: Stack
let url: string
let stopConsole: () => Promise<void>

const ADDRESSES = [
  '/',
  '/alerts',
  '/alerts/WorkerDown',
  '/routes?labels=alertname%3D%22WorkerDown%22%2C+severity%3D%22critical%22',
  '/silences',
  '/silences/new?filter=%7Balertname%3D%22WorkerDown%22%7D',
  '/dashboards',
  '/dashboards/vf-api?from=now-15m&to=now',
  '/messages',
  '/metrics?q=vf_http',
  '/metrics/vf_http_requests_total',
  '/explore?expr=up',
  '/logs?process=worker',
  '/runbooks',
  '/runbooks/WorkerDown',
  '/docs/',
  '/docs/reference/alerts',
]

interface Look {
  readonly viewport?: typeof WIDE
  readonly theme?: 'dark' | 'light'
  /** Set where requests must fail: a browser reports each in its console. */
  readonly mayFail?: boolean
}

/** `open` gives a page whose errors and whose requests to elsewhere fail the test when it ends. */
const test = base.extend<{ open: (path: string, look?: Look) => Promise<Page> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of the fixtures that it needs.
  open: async ({}, use) => {
    const ends: (() => Promise<void>)[] = []
    const faults: string[] = []
    await use(async (path, { viewport = WIDE, theme = 'dark', mayFail = false } = {}) => {
      if (browser === undefined) throw new Error(NO_BROWSER)
      const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en-GB' })
      ends.push(() => context.close())
      const page = await context.newPage()
      page.on('console', (line) => {
        if (line.type() === 'error' && !mayFail) faults.push(`console: ${line.text()}`)
      })
      page.on('pageerror', ({ message }) => faults.push(`error: ${message}`))
      page.on('request', (request) => {
        const isOwn = /^(?:data:|http:\/\/127\.0\.0\.1:)/.test(request.url())
        if (!isOwn) faults.push(`request to ${request.url()}`)
      })
      page.on('dialog', (dialog) => {
        faults.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      await page.goto(new URL(path, url).href)
      return page
    })
    for (const end of ends) await end()
    expect(faults).toEqual([])
  },
})

/** Waits until nothing is being fetched for the first time. */
const settled = async (page: Page) => {
  await page.locator('main h1, main h2, main .empty').first().waitFor(SOON)
  await until('nothing is loading', async () => (await page.locator('.loading').count()) === 0, {
    withinMs: SOON.timeout,
  })
}

const overflow = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>

beforeAll(async () => {
  if (browser === undefined) return
  const manifests: readonly Manifest[] = await buildTree(PROJECT, OPERATIONS)
  const ports = await freePorts()
  stack = await startStack({
    ...{ folder, manifests, ports, speed: SPEED, traffic: true },
    consoleUrl: `http://127.0.0.1:${ports.console}`,
  })
  ;({ url, stop: stopConsole } = await openConsole(stack, manifests))
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await stopConsole?.()
  await stack?.stop()
  remove()
}, 60_000)

describe.skipIf(browser === undefined)('the console of a running system', () => {
  test.concurrent('leads from a fault to its message, the runbook, the repair and the resolved message', async ({
    open,
  }) => {
    const page = await open('/')
    await page.getByRole('button', { name: /^Worker gone/ }).click()
    await page.getByRole('button', { name: 'Break', exact: true }).click()
    const step = (title: string) => page.locator('.timeline li.done', { hasText: title })
    for (const title of ['Broken', 'Noticed', 'Fires', 'Received', 'Message'])
      await step(title).waitFor(LATER)
    await page.getByText('from fault to message').waitFor(SOON)
    await expect(page.locator('.headline h1').textContent()).resolves.toContain('WorkerDown')
    await page.locator('.graph canvas').waitFor(SOON)
    const dotOf = (tone: string) =>
      page.evaluate(
        `getComputedStyle(document.querySelector('.hop.${tone} h2'), '::after').background`,
      )
    expect(await dotOf('bad')).not.toBe(await dotOf('ok'))

    await page.getByRole('link', { name: /^Messages/ }).click()
    const bubble = page.locator('.bubble', { hasText: 'WorkerDown' }).first()
    await bubble.waitFor(SOON)
    const links = await bubble
      .locator('a')
      .evaluateAll((all: { href: string }[]) => all.map(({ href }) => href))
    expect(links.length).toBeGreaterThanOrEqual(3)
    for (const href of links) {
      expect(href).toContain(url)
      expect([href, (await fetch(href)).status]).toEqual([href, 200])
    }

    await bubble.getByRole('link', { name: 'Dashboard' }).click()
    await page.locator('.gf-panel[data-state=drawn]').first().waitFor(SOON)
    await page.goBack()
    await bubble.getByRole('link', { name: 'Runbook' }).click()
    await page.getByRole('heading', { name: 'WorkerDown' }).waitFor(SOON)
    expect(new URL(page.url()).pathname.toLowerCase()).toBe('/runbooks/workerdown')
    await page.getByRole('link', { name: 'the alert' }).click()
    await page.locator('main .state.firing').first().waitFor(SOON)
    await page.getByText('true since').waitFor(SOON)

    await page.goto(`${url}/?fault=worker-gone`)
    await page.getByRole('button', { name: 'Repair', exact: true }).click()
    for (const title of ['Repaired', 'Resolved']) await step(title).waitFor(LATER)
    await page.goto(`${url}/messages`)
    await page.locator('.bubble', { hasText: 'WorkerDown resolved' }).waitFor(SOON)
  }, 300_000)

  test.concurrent.for(['dark', 'light'] as const)(
    'has no accessibility violation on any page, %s',
    { timeout: 240_000 },
    async (theme, { open }) => {
      const page = await open('/', { theme })
      const found: unknown[] = []
      for (const path of ADDRESSES) {
        await page.goto(`${url}${path}`)
        await settled(page)
        await page.evaluate(axe.source)
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
        for (const { id, nodes } of violations)
          for (const { html, failureSummary } of nodes.slice(0, 3))
            found.push({ path, id, html, failureSummary })
      }
      expect(found).toEqual([])
    },
  )

  test.concurrent('fits a phone and a narrow screen', async ({ open }) => {
    const page = await open('/', { viewport: PHONE })
    for (const width of [390, 1024])
      for (const path of ADDRESSES) {
        await page.setViewportSize({ ...PHONE, width })
        await page.goto(`${url}${path}`)
        await settled(page)
        expect([path, width, await overflow(page)]).toEqual([path, width, 0])
      }
    await page.setViewportSize(PHONE)
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('link', { name: 'Logs' }).click()
    await page.getByRole('log').waitFor(SOON)
  }, 120_000)

  test.concurrent('is used with the keyboard alone', async ({ open }) => {
    const page = await open('/')
    await settled(page)
    const keys = async (...all: string[]) => {
      for (const key of all) await page.keyboard.press(key)
    }
    await keys('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toContain(
      'Skip to the content',
    )
    await keys('Enter', 'g', 'a')
    await page.getByRole('heading', { name: 'Alerts' }).waitFor(SOON)
    await keys('/')
    await page.keyboard.type('workerdown')
    await page.locator('.rules tbody tr').first().waitFor(SOON)
    await until(
      'one rule is left',
      async () => (await page.locator('.rules tbody tr').count()) === 1,
      {
        withinMs: SOON.timeout,
      },
    )
    expect(new URL(page.url()).search).toBe('?q=workerdown')
    await keys('Escape', '?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor(SOON)
    await keys('Escape', 'g', 'm')
    await page.getByRole('log', { name: 'Messages' }).waitFor(SOON)
    await keys('g', 'o')
    await page.getByRole('button', { name: /^Kick unavailable/ }).focus()
    await keys('Tab', 'Enter')
    await page.getByRole('heading', { name: 'Label flood' }).waitFor(SOON)
    expect(await page.evaluate("document.activeElement.matches(':focus-visible')")).toBe(true)
    await keys('t')
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light')
  }, 60_000)

  test.concurrent('shows hostile labels and texts as they are written', async ({ open }) => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>'
    const long = `\u202eright to left ${'long'.repeat(2_500)}`
    const alert = (name: string, text: string) => ({
      labels: { alertname: name, severity: 'warning', env: 'stage', note: text },
      annotations: { summary: text },
      generatorURL: 'javascript:alert(3)',
    })
    const posted = await fetch(`${stack.alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([alert('Hostile', markup), alert('HostileLong', long)]),
    })
    expect(posted.status).toBe(200)
    const sent = await fetch(
      `${stack.fakes.url}/telegram/bot${defaultCredentials.telegramBotToken}/sendMessage`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          chat_id: -1001234567890,
          parse_mode: 'HTML',
          text: `${markup.replaceAll('<', '&lt;').replaceAll('>', '&gt;')} ${long.slice(0, 3_000)}`,
        }),
      },
    )
    expect(sent.status).toBe(200)
    const page = await open('/messages')
    await page.locator('.bubble', { hasText: markup }).first().waitFor(SOON)
    for (const name of ['Hostile ·', 'HostileLong ·'])
      await page.locator('.bubble', { hasText: name }).first().waitFor(LATER)
    const query = `label_replace(vector(1), "note", ${JSON.stringify(markup)}, "", "")`
    for (const path of [
      '/messages',
      '/',
      `/explore?expr=${encodeURIComponent(query)}`,
      `/silences/new?filter=${encodeURIComponent(`{note=${JSON.stringify(markup)}}`)}`,
      `/alerts?q=${encodeURIComponent(markup)}`,
      `/logs?text=${encodeURIComponent(markup)}`,
      `/docs/?q=${encodeURIComponent(markup)}`,
    ])
      for (const viewport of [WIDE, PHONE]) {
        await page.setViewportSize(viewport)
        await page.goto(`${url}${path}`)
        await settled(page)
        expect([path, await page.locator('img[src=x], main script').count()]).toEqual([path, 0])
        expect([path, await overflow(page)]).toEqual([path, 0])
        const schemes = await page
          .locator('a[href]')
          .evaluateAll((all: { protocol: string }[]) => all.map(({ protocol }) => protocol))
        expect(schemes.filter((scheme) => !/^https?:$/.test(scheme))).toEqual([])
      }
  }, 240_000)

  test.concurrent('draws every panel of every dashboard, or says why not', async ({ open }) => {
    const page = await open('/dashboards')
    const links = page.locator('.dashboards a')
    await links.nth(3).waitFor(SOON)
    const uids = await links.evaluateAll((all: { href: string }[]) =>
      all.map(({ href }) => new URL(href).pathname),
    )
    expect(uids.length).toBeGreaterThanOrEqual(4)
    for (const path of uids)
      for (const range of ['now-1h', 'now-7d']) {
        // Tall enough for everything to be in sight.
        await page.setViewportSize({ width: 1440, height: 9_000 })
        await page.goto(`${url}${path}?from=${range}&to=now`)
        const panels = page.locator('.gf-panel')
        await panels.first().waitFor(SOON)
        await until(
          'every panel is drawn',
          async () => (await page.locator('.gf-panel:not([data-state=drawn])').count()) === 0,
          { withinMs: LATER.timeout },
        )
        const shown = page.locator('.gf-panel:has(canvas, .gf-stat, .gf-none)')
        expect([path, await shown.count()]).toEqual([path, await panels.count()])
        expect(await page.locator('.gf-none.failed, .gf-old, .unsupported').count()).toBe(0)
      }
  }, 240_000)

  test.concurrent('asks only for what is in sight, and each question once', async ({ open }) => {
    const page = await open('/dashboards')
    const asked: string[] = []
    page.on('request', (request) => {
      if (/\/query(_range)?\?/.test(request.url())) asked.push(request.url())
    })
    await page.goto(`${url}/dashboards/vf-worker?from=now-15m&to=now`)
    await page.locator('.gf-panel[data-state=drawn]').first().waitFor(SOON)
    const drawn = page.locator('.gf-panel[data-state=drawn]')
    expect(await drawn.count()).toBeLessThan(await page.locator('.gf-panel').count())
    expect(asked.length).toBeGreaterThan(0)
    expect(new Set(asked).size).toBe(asked.length)

    const title = await page.locator('.gf-panel.timeseries h3').first().textContent()
    await page.getByLabel(`Menu of ${title}`).first().click()
    await page.getByRole('button', { name: 'View alone' }).click()
    await page.locator('.gf-alone .gf-panel[data-state=drawn]').waitFor(SOON)
    expect(await page.locator('.gf-panel').count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('viewPanel')).toMatch(/^panel-\d+$/)
    await page.keyboard.press('Escape')
    await page.locator('.gf-grid').first().waitFor(SOON)
  }, 60_000)

  test.concurrent('silences an alert in Alertmanager, and ends the silence', async ({ open }) => {
    const page = await open('/alerts/ApiDown')
    await page.getByRole('link', { name: 'Silence', exact: true }).click()
    await page.getByLabel('Comment').fill('Tested by a browser')
    await page.getByRole('heading', { name: /^It covers/ }).waitFor(SOON)
    await page.getByRole('button', { name: /^Silence/ }).click()
    const card = page.locator('.silence', { hasText: 'Tested by a browser' })
    await card.waitFor(SOON)
    const state = async () => {
      const answer = await fetch(`${stack.alertmanager.url}/api/v2/silences`)
      const all = (await answer.json()) as { comment: string; status: { state: string } }[]
      return all.find(({ comment }) => comment === 'Tested by a browser')?.status.state
    }
    expect(await state()).toBe('active')
    await card.getByRole('button', { name: 'Expire' }).click()
    await until('the silence has expired', async () => (await state()) === 'expired', {
      withinMs: SOON.timeout,
    })
    await page.locator('.silence.expired', { hasText: 'Tested by a browser' }).waitFor(SOON)
  }, 60_000)

  test.concurrent('over another environment shows everything and changes nothing', async ({
    open,
    onTestFinished,
  }) => {
    const port = await freePort()
    const other = await startConsole({
      port,
      prometheus: stack.prometheus.url,
      alertmanager: stack.alertmanager.url,
      canSilence: false,
    })
    onTestFinished(other.stop)
    const page = await open(other.url)
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor(SOON)
    expect(await page.getByRole('button', { name: 'Break' }).count()).toBe(0)
    await page.goto(`${other.url}/messages`)
    await page.getByText('The messages of this environment are in Telegram.').waitFor(SOON)
    await page.goto(`${other.url}/silences/new?filter=%7Ba%3D%22b%22%7D`)
    await page.getByText('This console is read-only.').waitFor(SOON)
    expect(await page.getByRole('button', { name: /^Silence/ }).isDisabled()).toBe(true)
    await page.goto(`${other.url}/alerts`)
    await page.locator('.rules tbody tr').first().waitFor(SOON)
  }, 60_000)
})

describe.skipIf(browser === undefined)('the console while a service is down', () => {
  test.for(['prometheus', 'alertmanager'] as const)(
    'says that %s does not answer, and recovers by itself',
    { timeout: 120_000 },
    async (name, { open }) => {
      const title = name === 'prometheus' ? 'Prometheus' : 'Alertmanager'
      const page = await open('/alerts', { mayFail: true })
      await page.locator('.rules').waitFor(SOON)
      await stack.services[name].kill()
      const lost = page.locator('.lost', { hasText: `${title} does not answer` })
      await lost.waitFor(SOON)
      for (const path of ['/alerts', '/explore?expr=up', '/routes', '/silences', '/metrics']) {
        await page.goto(`${url}${path}`)
        await lost.waitFor(SOON)
        await page.locator('main h1').waitFor(SOON)
      }
      await page.goto(url)
      await page.locator('.headline h1', { hasText: `${title} does not answer.` }).waitFor(SOON)
      await stack.services[name].start()
      await page.locator('.headline h1', { hasNotText: 'answer' }).waitFor(LATER)
      await page.goto(`${url}/alerts`)
      await page.locator('.rules tbody tr').first().waitFor(SOON)
      expect(await page.locator('.lost, .failed').count()).toBe(0)
    },
  )
})
