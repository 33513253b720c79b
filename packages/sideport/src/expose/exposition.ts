import type { LabelSet } from '../catalogue/index.ts'
import type { Clock } from '../clock.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import { type Format, OPEN_METRICS, TEXT } from './format.ts'
import type { Gathered } from './gather.ts'
import { createRenderer } from './render.ts'

/** Answers scrapes; those that come at the same time share the gathering. */
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
  gather: (deadline: Deadline) => Promise<Gathered>,
  constant: LabelSet,
  clock: Clock,
): Exposition {
  const renderers = new Map(
    [TEXT, OPEN_METRICS].map((format) => [format, createRenderer(format, constant)]),
  )
  let round: { readonly deadline: Deadline; readonly gathered: Promise<Gathered> } | undefined

  const begin = (collectionTime: number) => {
    const deadline = createDeadline(collectionTime, clock)
    const gathered = gather(deadline).finally(() => {
      deadline.clear()
      round = undefined
    })
    return { deadline, gathered }
  }

  return {
    async render(format, collectionTime, done) {
      round ??= begin(collectionTime)
      round.deadline.bringForward(collectionTime)
      const render = renderers.get(format) ?? createRenderer(format, constant)
      return render(await round.gathered, done)
    },
  }
}
