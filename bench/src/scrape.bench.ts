import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atMost, type Bench, seen } from './result.ts'
import { median } from './rounds.ts'
import type { ScrapeFigures } from './scrape-child.ts'
import { scenarios } from './scrapers.ts'

/** How often each contender gets a process of its own. */
const PROCESSES = 5

const CHILD = join(import.meta.dirname, 'scrape-child.ts')
const FLAGS = ['--expose-gc', '--conditions=source', CHILD]
const run = promisify(execFile)

/** Scraping: 10,000 histogram label sets, and the defaults of a process with 5,000 descriptors. */
export const bench: Bench = async () => {
  const big = await measure('histograms')
  const small = await measure('defaults')
  const ours = big.sideport
  const theirs = big['prom-client']
  const BIG = 'scrape of 140,000 lines'
  const SMALL = 'scrape of defaults with 5,000 descriptors'
  return [
    ...Object.entries(big).flatMap(([name, figures]) => [
      seen({ name: `${BIG}, ${name}`, value: figures.scrape, unit: 'ms' }),
      seen({ name: `${BIG}, longest block, ${name}`, value: figures.longestBlock, unit: 'ms' }),
      seen({ name: `${BIG}, peak memory, ${name}`, value: figures.peakMemory / 1e6, unit: 'MB' }),
    ]),
    seen({ name: `${BIG}, the first one, sideport`, value: ours.firstScrape, unit: 'ms' }),
    atMost(0.1, {
      name: `${BIG}, sideport / prom-client`,
      value: ours.scrape / theirs.scrape,
      unit: '×',
    }),
    atMost(10, { name: `${BIG}, longest block, sideport`, value: ours.longestBlock, unit: 'ms' }),
    atMost(0.5, {
      name: `${BIG}, peak memory, sideport / prom-client`,
      value: ours.peakMemory / theirs.peakMemory,
      unit: '×',
    }),
    ...Object.entries(small).map(([name, figures]) =>
      seen({ name: `${SMALL}, ${name}`, value: figures.scrape, unit: 'ms' }),
    ),
    atMost(1, {
      name: `${SMALL}, sideport / prom-client`,
      value: small.sideport.scrape / small['prom-client'].scrape,
      unit: '×',
    }),
    atMost(2, {
      name: `${SMALL}, longest block, sideport`,
      value: small.sideport.longestBlock,
      unit: 'ms',
    }),
  ]
}

/** The medians of several processes a contender, taking turns. */
async function measure<Scenario extends keyof typeof scenarios>(
  scenario: Scenario,
): Promise<Record<keyof (typeof scenarios)[Scenario], ScrapeFigures>> {
  const names = Object.keys(scenarios[scenario])
  const all = new Map(names.map((name) => [name, [] as ScrapeFigures[]]))
  for (let round = 0; round < PROCESSES; round++) {
    for (const name of names) {
      const { stdout } = await run(process.execPath, [...FLAGS, scenario, name])
      all.get(name)?.push(JSON.parse(stdout) as ScrapeFigures)
    }
  }
  const medians = [...all].map(([name, figures]) => [
    name,
    Object.fromEntries(
      (Object.keys(figures[0] ?? {}) as (keyof ScrapeFigures)[]).map((key) => [
        key,
        median(figures.map((one) => one[key])),
      ]),
    ),
  ])
  return Object.fromEntries(medians)
}
