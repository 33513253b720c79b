import assert from 'node:assert/strict'
import type { ScrapeAnswer, ScrapeHeaders } from 'sideport'
import type { Sample } from './parse.ts'
import { formats, readBody } from './scrape.ts'

/** All samples a process exposes, read in both formats, which must agree on every one. */
export async function samplesOf(port: {
  scrape(headers: ScrapeHeaders): Promise<ScrapeAnswer>
}): Promise<readonly Sample[]> {
  const [text = [], openMetrics] = await Promise.all(
    formats.map(async ({ accept, openMetrics }) => {
      const { families } = await readBody((await port.scrape({ accept })).body, openMetrics)
      return [...families.values()].flatMap(({ samples }) => samples.map(plain))
    }),
  )
  assert.deepEqual(text.filter(isMeasured), openMetrics?.filter(isMeasured))
  return text
}

/** A sample as both formats have it: no exemplar, and an edge is a number. */
function plain({ name, labels: { le, ...labels }, value }: Sample): Sample {
  return {
    name,
    labels: le === undefined ? labels : { ...labels, le: le === '+Inf' ? le : String(Number(le)) },
    value,
  }
}

/** The exposition reports on itself, and so says another thing each time. */
const isMeasured = ({ name }: Sample) => !name.startsWith('sideport_')
