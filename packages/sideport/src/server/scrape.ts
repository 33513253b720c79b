import { pipeline, Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import { acceptsGzip, chooseFormat, collectionTime, type Exposition } from '../exposition/index.ts'

/** The answer to a scrape, for whatever server sends it. */
export interface ScrapeAnswer {
  readonly status: 200 | 500
  readonly headers: Readonly<Record<string, string>>
  /** Written as it is read, so that a slow reader costs nothing. */
  readonly body: AsyncIterable<Buffer>
}

/** The request headers that decide the answer, in lower case as Node has them. */
export type ScrapeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Answers one scrape in the format and encoding its headers ask for. Never rejects.
 *
 * @param done called with the number of sample lines once the body is complete.
 */
export async function answerScrape(
  exposition: Exposition,
  headers: ScrapeHeaders,
  done: (lines: number) => void,
): Promise<ScrapeAnswer> {
  const header = (name: string) => headers[name]?.toString()
  const patience = collectionTime(header('x-prometheus-scrape-timeout-seconds'))
  const format = chooseFormat(header('accept'))
  const zipped = acceptsGzip(header('accept-encoding'))
  try {
    const text = await exposition.render(format, patience, done)
    return {
      status: 200,
      headers: {
        'content-type': format.contentType,
        vary: 'Accept, Accept-Encoding',
        ...(zipped && { 'content-encoding': 'gzip' }),
      },
      body: zipped ? gzip(text) : text,
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      status: 500,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: Readable.from([Buffer.from(`Nothing could be gathered: ${reason}\n`)]),
    }
  }
}

/** Compresses off the event loop. Repetitive as it is, the text shrinks well at the fastest level. */
function gzip(text: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  return pipeline(Readable.from(text), createGzip({ level: constants.Z_BEST_SPEED }), () => {})
}
