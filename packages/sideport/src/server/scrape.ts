import { acceptsGzip, chooseFormat, collectionTime, type Exposition } from '../expose/index.ts'
import { gzip } from './gzip.ts'

/** The answer to a scrape, for whatever server sends it. */
export interface ScrapeAnswer {
  readonly status: 200 | 500
  readonly headers: Readonly<Record<string, string>>
  /** In pieces, since one string of many megabytes would hold the event loop. */
  readonly body: readonly Buffer[]
  /** How many sample lines the body has. */
  readonly lines: number
}

/** The request headers that decide the answer, in lower case as Node has them. */
export type ScrapeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Answers one scrape in the format and encoding its headers ask for. Never rejects. */
export async function answerScrape(
  exposition: Exposition,
  headers: ScrapeHeaders,
): Promise<ScrapeAnswer> {
  const header = (name: string) => headers[name]?.toString()
  const timeout = header('x-prometheus-scrape-timeout-seconds')
  try {
    const format = chooseFormat(header('accept'))
    const rendering = await exposition.render(format, collectionTime(timeout))
    const zipped = acceptsGzip(header('accept-encoding'))
    const body = zipped ? await gzip(rendering) : rendering.pieces
    return {
      status: 200,
      headers: {
        'content-type': format.contentType,
        'content-length': String(body.reduce((length, piece) => length + piece.length, 0)),
        vary: 'Accept, Accept-Encoding',
        ...(zipped && { 'content-encoding': 'gzip' }),
      },
      body,
      lines: rendering.lines,
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const body = Buffer.from(`Nothing could be gathered: ${reason}\n`)
    return {
      status: 500,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': String(body.length),
      },
      body: [body],
      lines: 0,
    }
  }
}
