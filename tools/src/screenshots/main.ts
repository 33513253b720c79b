/** `npm run screenshots`: the pictures of README and docs, taken from a running system. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePorts, PORT_VARIABLES, type Ports } from '@verifluence/local'
import {
  formatError,
  nodeCommand,
  PROJECT,
  readCommandLine,
  UserError,
  until,
} from '@verifluence/testkit'
import { type Browser, NO_BROWSER, openBrowser, type Page } from '@verifluence/testkit/browser'

const IMAGES = join(PROJECT, 'docs', 'images')
/** Divides the waits of rules and routes. */
const SPEED = 3
/** How long users use the platform before the first picture, so that charts have something to show. */
const TRAFFIC_MS = 4 * 60_000
const MOST_BYTES = 250_000
const FAULT = 'worker-gone'
const WIDE = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

interface Picture {
  readonly file: string
  readonly path: string
  readonly theme: 'dark' | 'light'
  readonly viewport?: typeof WIDE
}

const QUIET: readonly Picture[] = [
  { file: 'overview-dark.png', path: '/', theme: 'dark' },
  { file: 'overview-light.png', path: '/', theme: 'light' },
  { file: 'dashboard-dark.png', path: '/dashboards/vf-api?from=now-5m&to=now', theme: 'dark' },
  {
    file: 'dashboard-light.png',
    path: '/dashboards/vf-webhooks?from=now-5m&to=now',
    theme: 'light',
  },
]
const DURING: readonly Picture[] = [
  { file: 'overview-fault-dark.png', path: `/?fault=${FAULT}`, theme: 'dark' },
  { file: 'alert-dark.png', path: '/alerts/WorkerDown', theme: 'dark' },
  { file: 'phone.png', path: `/?fault=${FAULT}`, theme: 'dark', viewport: PHONE },
]
const AFTER: readonly Picture[] = [{ file: 'messages-dark.png', path: '/messages', theme: 'dark' }]

const say = (line: string) => console.log(line)

async function take(browser: Browser, url: string, pictures: readonly Picture[]): Promise<void> {
  for (const { file, path, theme, viewport = WIDE } of pictures) {
    const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en-GB' })
    const page = await context.newPage()
    await page.goto(`${url}${path}`)
    await settled(page)
    const image = join(IMAGES, file)
    await page.screenshot({ path: image })
    await context.close()
    const { size } = statSync(image)
    if (size > MOST_BYTES)
      throw new UserError(`${file} has ${size} bytes, ${MOST_BYTES} are allowed: show less on it.`)
    say(`  docs/images/${file}  ${Math.round(size / 1_000)} kB`)
  }
}

/** A panel out of sight asks nothing, so it stays empty. */
const IS_DRAWN = `document.fonts.status === 'loaded' && [...document.querySelectorAll('.loading, .gf-loading')]
  .every((element) => element.getBoundingClientRect().top > innerHeight)`

/** Everything in sight is drawn, and fonts are there. */
async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await until('the page is drawn', () => page.evaluate(IS_DRAWN) as Promise<boolean>, {
    withinMs: 60_000,
  })
  // Charts are drawn in the next frames.
  await pause(500)
}

async function steer(url: string, what: 'break' | 'repair'): Promise<void> {
  const answer = await fetch(`${url}/api/faults/${FAULT}/${what}`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: '{}',
  })
  if (!answer.ok) throw new Error(`${what} answers ${answer.status}: ${await answer.text()}`)
}

const messageSays = (url: string, text: string) => async () => {
  const answer = await fetch(`${url}/api/messages`)
  const messages = (await answer.json()) as { text: string }[]
  return messages.some((message) => message.text.includes(text))
}

async function startSystem(folder: string) {
  const ports = await freePorts()
  const url = `http://127.0.0.1:${ports.console}`
  const start = nodeCommand('start', 'e2e/src/start/main.ts', {
    log: '',
    env: {
      ...Object.fromEntries(
        Object.entries(PORT_VARIABLES).map(([name, variable]) => [
          variable,
          String(ports[name as keyof Ports]),
        ]),
      ),
      STACK_FOLDER: folder,
      SPEED: String(SPEED),
    },
  })
  const child = spawn(start.command, [...start.args], {
    cwd: PROJECT,
    env: { ...start.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await until(
    'the system is up',
    async () => {
      if (child.exitCode !== null) throw new Error('it ended by itself')
      return (await fetch(url)).ok
    },
    { withinMs: 120_000, everyMs: 500 },
  )
  return {
    url,
    stop: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}

async function main(): Promise<void> {
  const browser = await openBrowser()
  if (browser === undefined) throw new UserError(NO_BROWSER)
  mkdirSync(IMAGES, { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'verifluence-pictures-'))
  say(`Starting the system; its users need ${TRAFFIC_MS / 60_000} minutes to fill the charts …`)
  const { url, stop } = await startSystem(folder)
  try {
    await pause(TRAFFIC_MS)
    await take(browser, url, QUIET)
    await steer(url, 'break')
    await until('the message arrives', messageSays(url, 'WorkerDown'), { withinMs: 300_000 })
    await take(browser, url, DURING)
    await steer(url, 'repair')
    await until('it is resolved', messageSays(url, 'WorkerDown resolved'), { withinMs: 300_000 })
    await take(browser, url, AFTER)
  } finally {
    await stop()
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

readCommandLine(
  [
    'npm run screenshots',
    '',
    'Writes the pictures of README and docs to docs/images, in about seven minutes.',
  ],
  {},
)
try {
  await main()
} catch (error) {
  console.error(formatError(error))
  process.exitCode = 1
}
