import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'

/** A process that has started. */
export interface Running {
  readonly log: Logger
  readonly graceSeconds: number
  /** The ports it listens on; of interest where 0 was asked for. */
  readonly ports: { readonly front: number; readonly metrics: number }
  /** Answers "not ready" from now on, while everything else goes on. */
  readonly leave: () => void
  /** Ends what the process does, in order. */
  readonly stop: () => Promise<void>
}

/** How long whoever sends traffic here needs to learn that we are leaving. */
const GOODBYE_MS = 1500
/** On top of the grace for requests: for everything that is closed after them. */
const MARGIN_MS = 5000

/**
 * Runs a process from start to end. A start that fails says why in one sentence. SIGTERM or SIGINT
 * ends it gracefully: first it is no longer ready, then, once nobody sends anything new, it stops. A
 * second signal, or a stop that takes too long, ends it at once.
 */
export const live = async (
  start: (environment: NodeJS.ProcessEnv) => Promise<Running>,
): Promise<void> => {
  const running = await start(process.env).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  })
  const { log } = running

  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ error }, event)
      process.exit(1)
    })
  }

  let leaving = false
  const leave = async (signal: string) => {
    if (leaving) process.exit(1)
    leaving = true
    log.info({ signal }, 'leaving: not ready any more')
    running.leave()
    setTimeout(
      () => {
        log.error('could not stop in time')
        process.exit(1)
      },
      GOODBYE_MS + running.graceSeconds * 1000 + MARGIN_MS,
    ).unref()
    await pause(GOODBYE_MS)
    await running.stop()
    log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  // Not before: whoever reads it may send the first signal at once.
  log.info(
    { port: running.ports.front, metrics: running.ports.metrics },
    `${log.bindings().service} is up`,
  )
}

/** Whether this file is what `node` was asked to run, and not imported by a test. */
export const isMain = (file: string): boolean =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === file
