import type { LabelSet } from '../catalogue/index.ts'
import type { Clock } from '../clock.ts'
import { createDeadline } from './deadline.ts'
import { type Format, OPEN_METRICS, TEXT } from './format.ts'
import type { Gathering } from './gather.ts'
import { createRenderer } from './render.ts'

/** Answers scrapes; those that come at the same time share the gathering, each with its own deadline. */
export interface Exposition {
  /**
   * Resolves when everything is gathered; the text is written as it is read.
   *
   * @param collectionTime how long collectors may take for this scraper, in seconds.
   * @param done told the number of sample lines once the text is written to the end.
   * @throws Error when nothing could be gathered.
   */
  render(
    format: Format,
    collectionTime: number,
    done: (lines: number) => void,
  ): Promise<AsyncGenerator<Buffer, void>>
}

export function createExposition(
  begin: () => Gathering,
  constant: LabelSet,
  clock: Clock,
): Exposition {
  const renderers = new Map(
    [TEXT, OPEN_METRICS].map((format) => [format, createRenderer(format, constant)]),
  )
  /** What is being gathered, for as long as somebody waits for it. */
  let round:
    | { readonly gathering: Gathering; readonly begunAt: number; waiting: number }
    | undefined

  /**
   * Who comes later than it could have waited itself begins anew: scrapes that overlap beside a
   * collector that hangs would hand on for ever what was read at the start.
   */
  function roundFor(collectionTime: number) {
    const now = clock.elapsed()
    if (round && now - round.begunAt < collectionTime) return round
    round = { gathering: begin(), begunAt: now, waiting: 0 }
    return round
  }

  async function gather(collectionTime: number) {
    const joined = roundFor(collectionTime)
    const deadline = createDeadline(collectionTime, clock)
    joined.waiting++
    try {
      return await joined.gathering(deadline)
    } finally {
      deadline.clear()
      joined.waiting--
      if (joined.waiting === 0 && round === joined) round = undefined
    }
  }

  return {
    async render(format, collectionTime, done) {
      const render = renderers.get(format) ?? createRenderer(format, constant)
      return render(await gather(collectionTime), done)
    },
  }
}
