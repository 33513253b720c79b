import type { Logger } from 'pino'

/** Something that goes on until it is stopped. */
export interface Ticking {
  /** Runs now, unless a run is in progress. */
  runNow(): void
  /** Resolves when the run in progress is over. */
  stop(): Promise<void>
}

/** Runs `work` now and then every so often, never twice at once; a failure is logged, no more. */
export function every(
  seconds: number,
  what: string,
  log: Logger,
  work: () => Promise<void>,
): Ticking {
  let underWay: Promise<void> | undefined
  const run = () => {
    underWay ??= work()
      .catch((error: unknown) =>
        log.warn({ err: error }, `${what} failed; the next tick tries again`),
      )
      .finally(() => {
        underWay = undefined
      })
  }
  run()
  const timer = setInterval(run, seconds * 1000)
  return {
    runNow: run,
    stop: async () => {
      clearInterval(timer)
      await underWay
    },
  }
}
