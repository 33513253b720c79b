import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'

/** A process that has started. */
export interface Running {
  readonly log: Logger
  readonly graceSeconds: number
  /** The ports it listens on; useful where port 0 was configured. */
  readonly ports: { readonly front: number; readonly metrics: number }
  /** Answers "not ready" from now on; everything else goes on. */
  readonly drain: () => void
  /** Stops the process's work, in order. */
  readonly stop: () => Promise<void>
}

/** Time for Kubernetes and the proxies to see that the process is not ready. */
const READINESS_DRAIN_MS = 1500
/** On top of the grace period for requests: for everything that is closed after them. */
const MARGIN_MS = 5000

/**
 * Runs a process from start to exit. A failed start exits with 1 and one sentence. SIGTERM or SIGINT
 * stops it gracefully: first not ready, then stopped. A second signal, or a stop that takes too long,
 * exits at once.
 */
export async function runProcess(
  start: (environment: NodeJS.ProcessEnv) => Promise<Running>,
): Promise<void> {
  const running = await start(process.env).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  })
  const { log } = running

  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, event)
      process.exit(1)
    })
  }

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'draining: not ready any more')
    running.drain()
    setTimeout(
      () => {
        log.error('could not stop in time')
        process.exit(1)
      },
      READINESS_DRAIN_MS + running.graceSeconds * 1000 + MARGIN_MS,
    ).unref()
    await pause(READINESS_DRAIN_MS)
    await running.stop()
    log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // Logged last: a supervisor that reads this line may send the first signal at once.
  log.info(
    { port: running.ports.front, metrics: running.ports.metrics },
    `${log.bindings().service} is up`,
  )
}

/** Whether this file is the one that `node` was started with, and not imported by a test. */
export function isMain(file: string): boolean {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === file
}
