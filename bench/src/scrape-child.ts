// A process of its own for each contender: neither's garbage is the other's pause.
import { setTimeout as pause } from 'node:timers/promises'
import { median } from './rounds.ts'
import { type Scraper, scenarios } from './scrapers.ts'

/** What one process saw. Times in milliseconds, sizes in bytes. */
export interface ScrapeFigures {
  readonly firstScrape: number
  /** The median of the later ones. */
  readonly scrape: number
  readonly longestBlock: number
  /** The most memory the process had, beyond what it had before the first scrape. */
  readonly peakMemory: number
  readonly size: number
}

const SCRAPES = 10

const [scenario = '', contender = ''] = process.argv.slice(2)
const made = (scenarios as Readonly<Record<string, Readonly<Record<string, () => Scraper>>>>)[
  scenario
]?.[contender]
if (!made) throw new Error(`There is no contender ${contender} in ${scenario}`)
const figures = await measure(made())
process.stdout.write(JSON.stringify(figures))
process.exit(0)

async function measure(scrape: Scraper): Promise<ScrapeFigures> {
  globalThis.gc?.()
  await pause(100)
  const before = process.memoryUsage.rss()
  const blocks = watchBlocks()
  const times: number[] = []
  let size = 0
  for (let count = 0; count <= SCRAPES; count++) {
    blocks.reset()
    const start = performance.now()
    size = await scrape()
    times.push(performance.now() - start)
    await pause(30)
    blocks.note()
  }
  blocks.stop()
  const peakMemory = process.resourceUsage().maxRSS * 1_024 - before
  const [firstScrape = 0, ...later] = times
  return { firstScrape, scrape: median(later), longestBlock: blocks.worst(), peakMemory, size }
}

/** Notes by a timer of 1 ms how long nothing else could emit; the median over the scrapes. */
function watchBlocks() {
  const longest: number[] = []
  let worst = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    worst = Math.max(worst, now - last - 1)
    last = now
  }, 1)
  return {
    reset() {
      worst = 0
      last = performance.now()
    },
    note: () => longest.push(worst),
    stop: () => clearInterval(timer),
    worst: () => median(longest.slice(1)),
  }
}
