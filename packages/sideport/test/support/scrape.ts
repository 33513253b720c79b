import { text as readAll } from 'node:stream/consumers'
import { type ParsedFamily, parseExposition, type Sample } from './parse.ts'

/** Both formats, for `describe.each`: every promise holds in either. */
export const formats = [
  { format: 'text 0.0.4', accept: 'text/plain;version=0.0.4', openMetrics: false },
  {
    format: 'OpenMetrics 1.0',
    accept: 'application/openmetrics-text;version=1.0.0',
    openMetrics: true,
  },
] as const

/** What a scraper saw. */
export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** By the name in the TYPE line. */
  readonly families: ReadonlyMap<string, ParsedFamily>
  /** The value of the one series that has this name and at least these labels. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined
  /** All samples of that name. */
  samples(name: string): readonly Sample[]
}

/** Scrapes an address as Prometheus does and reads the answer. */
export async function scrape(
  url: string,
  { accept = 'text/plain', ...headers }: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const response = await fetch(url, { headers: { accept, ...headers } })
  const text = await response.text()
  const openMetrics = response.headers.get('content-type')?.includes('openmetrics') ?? false
  return { status: response.status, headers: response.headers, ...read(text, openMetrics) }
}

/** Reads an answer that did not come over a socket. */
export async function readBody(body: AsyncIterable<Buffer>, openMetrics = false) {
  return read(await readAll(body), openMetrics)
}

function read(text: string, openMetrics: boolean): Omit<Seen, 'status' | 'headers'> {
  const families = parseExposition(text, openMetrics)
  const samples = (name: string) =>
    [...families.values()].flatMap((family) => family.samples.filter((one) => one.name === name))
  return {
    text,
    families,
    samples,
    value(name, labels = {}) {
      const found = samples(name).filter((one) =>
        Object.entries(labels).every(([label, value]) => one.labels[label] === value),
      )
      if (found.length > 1)
        throw new Error(`${found.length} series are ${name} ${JSON.stringify(labels)}`)
      return found[0]?.value
    },
  }
}
