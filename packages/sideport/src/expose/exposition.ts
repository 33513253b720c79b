import type { LabelSet } from '../catalogue/index.ts'
import type { Clock } from '../clock.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import type { Format } from './format.ts'
import { createRenderer, type Gathered, type Rendering } from './render.ts'

/** Answers scrapes; those that come at the same time share the work. */
export interface Exposition {
  /** @param collectionTime how long collectors may take for this scraper, in seconds. */
  render(format: Format, collectionTime: number): Promise<Rendering>
}

/** One gathering and what was written of it. */
interface Round {
  readonly deadline: Deadline
  readonly gathered: Promise<Gathered>
  readonly renderings: Map<Format, Promise<Rendering>>
}

export function createExposition(
  gather: (deadline: Deadline) => Promise<Gathered>,
  constant: LabelSet,
  clock: Clock,
): Exposition {
  const renderers = new Map<Format, (gathered: Gathered) => Promise<Rendering>>()
  let round: Round | undefined

  const begin = (collectionTime: number): Round => {
    const deadline = createDeadline(collectionTime, clock)
    const gathered = gather(deadline).finally(deadline.clear)
    return { deadline, gathered, renderings: new Map() }
  }

  const write = async (format: Format, current: Round): Promise<Rendering> => {
    const renderer = renderers.get(format) ?? createRenderer(format, constant)
    renderers.set(format, renderer)
    try {
      return await renderer(await current.gathered)
    } finally {
      // Whoever comes from now on wants newer numbers.
      if (round === current) round = undefined
    }
  }

  return {
    render(format, collectionTime) {
      round ??= begin(collectionTime)
      round.deadline.bringForward(collectionTime)
      const rendering = round.renderings.get(format) ?? write(format, round)
      round.renderings.set(format, rendering)
      return rendering
    },
  }
}
