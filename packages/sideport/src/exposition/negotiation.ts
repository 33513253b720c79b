import { type Format, OPEN_METRICS, TEXT } from './format.ts'

interface Choice {
  readonly name: string
  readonly quality: number
  readonly parameters: Readonly<Record<string, string>>
}

/** Reads a header such as `text/plain;version=0.0.4;q=0.5, *;q=0.1`; a broken quality counts as 0. */
function parseChoices(header: string): Choice[] {
  return header
    .split(',')
    .map((part) => {
      const [name = '', ...rest] = part.split(';').map((word) => word.trim().toLowerCase())
      const pairs = rest.map((pair) =>
        pair.split('=').map((word) => word.trim().replace(/^"|"$/g, '')),
      )
      const parameters: Readonly<Record<string, string>> = Object.fromEntries(pairs)
      const quality = parameters.q === undefined ? 1 : Number(parameters.q)
      return { name, parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 }
    })
    .filter(({ name }) => name !== '')
}

/**
 * Picks the exposition format by the quality values of an `Accept` header. Text 0.0.4 is what
 * everything understands, so it answers a missing header, a tie and a header that names neither.
 */
export function chooseFormat(accept: string | undefined): Format {
  const choices = parseChoices(accept ?? '')
  return quality(OPEN_METRICS, choices) > quality(TEXT, choices) ? OPEN_METRICS : TEXT
}

/** The quality a header gives a format: by the most specific of the ranges that cover it. */
function quality({ mediaType, version }: Format, choices: readonly Choice[]): number {
  const named = choices.filter(({ name }) => name === mediaType)
  // A wildcard asks for nothing in particular, and gets what everything understands.
  const wildcards = mediaType === TEXT.mediaType ? ['text/*', '*/*'] : []
  const ranges = [
    named.filter(({ parameters }) => parameters.version === version),
    named.filter(({ parameters }) => parameters.version === undefined),
    ...wildcards.map((wildcard) => choices.filter(({ name }) => name === wildcard)),
  ]
  const narrowest = ranges.find((range) => range.length > 0) ?? []
  return Math.max(0, ...narrowest.map((choice) => choice.quality))
}

/** Whether an `Accept-Encoding` header allows gzip; `gzip;q=0` forbids it even next to `*`. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const choices = parseChoices(acceptEncoding ?? '')
  const named = choices.find(({ name }) => name === 'gzip' || name === 'x-gzip')
  const choice = named ?? choices.find(({ name }) => name === '*')
  return choice !== undefined && choice.quality > 0
}
