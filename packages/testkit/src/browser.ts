import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

export type { Browser, Page } from 'playwright-core'

/** The names of a browser that Playwright can steer, on PATH and where its installer puts it. */
const ON_PATH = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser']
const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

export const NO_BROWSER =
  'No browser was found for the browser tests: install Chrome, Chromium or Edge, or set CHROMIUM_BIN.'

/** `CHROMIUM_BIN`, or the Chromium of the npm package, or an installed browser. */
export async function findBrowser(): Promise<string | undefined> {
  if (process.env.CHROMIUM_BIN) return process.env.CHROMIUM_BIN
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { default: packed } = await import('@sparticuz/chromium')
    return packed.executablePath()
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...INSTALLED].find((path) => existsSync(path))
}

/** Starts a browser without a window; undefined where there is none on this machine. */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = await findBrowser()
  if (executablePath === undefined) return undefined
  // Chromium refuses its sandbox to root, and containers have a small /dev/shm. The arguments that the
  // package recommends turn off web security, which these tests are about.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none']
  return chromium.launch({ executablePath, args })
}
