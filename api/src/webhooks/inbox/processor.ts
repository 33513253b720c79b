import { type Processing, processBatch } from './process.ts'

/** Works through the inbox until it is stopped. */
export interface Processor {
  /** Something new arrived: do not wait for the next sweep. */
  wake(): void
  /** Resolves when the batch in hand is done. */
  stop(): Promise<void>
}

/** How soon what a crash left, what was put off, and what another replica stored is found. */
const SWEEP_MS = 1000

/** Starts working through the inbox: at once, whenever woken, and by a sweep. */
export const startProcessor = (processing: Processing): Processor => {
  let stopped = false
  let awake = false
  let rouse = () => {}

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, SWEEP_MS)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const work = async () => {
    while (!stopped) {
      awake = false
      const taken = await processBatch(processing).catch((error: unknown) => {
        processing.log.error({ error: String(error) }, 'webhook inbox could not be read')
        return undefined
      })
      // After a failure wait for the sweep, however many deliveries ask to be woken for.
      if (taken === undefined) await pause()
      else if (taken === 0 && !awake && !stopped) await rest()
    }
  }

  const pause = () =>
    new Promise((resolve) => {
      setTimeout(resolve, SWEEP_MS)
    })

  const working = work()
  return {
    wake: () => {
      awake = true
      rouse()
    },
    stop: async () => {
      stopped = true
      rouse()
      await working
    },
  }
}
