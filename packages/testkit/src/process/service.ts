import { until } from '../until.ts'
import { UserError } from '../user-error.ts'
import { type Child, type Command, type Exit, startChild } from './child.ts'

/** How a service of the stack is run, found healthy and ended. */
export type ServiceSpec = {
  readonly name: string
  /** Where its program comes from, if that is for the person to choose. */
  readonly origin?: string
  readonly command: () => Command | Promise<Command>
  /** Answers whether the service serves; an error counts as "not yet". */
  readonly isHealthy: () => Promise<boolean>
  /** Whether an exit during the start, by its last log lines, is worth another try. */
  readonly isTransientExit?: (lastLines: readonly string[]) => boolean
  readonly startWithinMs?: number
  readonly stopSignal?: NodeJS.Signals
  readonly stopWithinMs?: number
}

export type Service = {
  readonly name: string
  readonly pid: () => number | undefined
  /** Starts the process and resolves when it is healthy. */
  readonly start: () => Promise<void>
  /** Sends the stop signal, then SIGKILL after the grace period. */
  readonly stop: () => Promise<void>
  /** Sends SIGKILL. */
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  /** For instance SIGSTOP and SIGCONT, to freeze and thaw it. */
  readonly signal: (signal: NodeJS.Signals) => void
  readonly lastLines: (count?: number) => string[]
}

/** Events of the processes of services. */
export type ServiceEvents = {
  readonly onStart: (child: Child) => void
  /** The process exited without a call of `stop` or `kill`. */
  readonly onExit: (service: Service, exit: Exit) => void
}

/** A service of the stack that can be started, stopped, killed and started again. */
export function createService(spec: ServiceSpec, events: ServiceEvents): Service {
  let child: Child | undefined
  let isWanted = false

  async function start(): Promise<void> {
    if (child !== undefined && !child.hasExited()) return
    isWanted = true
    const withinMs = spec.startWithinMs ?? 30_000
    const deadline = performance.now() + withinMs
    let started = await launch()
    try {
      await until(`${spec.name} is ready`, () => isReady(started), { withinMs })
      while (started.hasExited() && isWorthAnotherTry(started) && performance.now() < deadline) {
        started = await launch()
        await until(`${spec.name} is ready`, () => isReady(started), { withinMs })
      }
      if (started.hasExited()) throw await earlyEnd(spec, started)
    } catch (error) {
      await end('SIGKILL', 0)
      throw failureOf(service, error)
    }
    void started.exited.then((exit) => {
      if (isWanted && child === started) events.onExit(service, exit)
    })
  }

  async function launch(): Promise<Child> {
    const started = await startChild(await spec.command())
    child = started
    events.onStart(started)
    return started
  }

  const isWorthAnotherTry = (started: Child) =>
    spec.isTransientExit?.(started.lastLines(3)) ?? false

  /** An exit during the start ends the wait. */
  async function isReady(started: Child): Promise<boolean> {
    return started.hasExited() || spec.isHealthy()
  }

  async function end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    isWanted = false
    await child?.stop(graceMs, signal)
  }

  const stop = () => end(spec.stopSignal ?? 'SIGTERM', spec.stopWithinMs ?? 8_000)
  const service: Service = {
    name: spec.name,
    pid: () => (child?.hasExited() === false ? child.identity.pid : undefined),
    start,
    stop,
    kill: () => end('SIGKILL', 0),
    restart: async () => {
      await stop()
      await start()
    },
    signal: (signal) => child?.signal(signal),
    lastLines: (count) => child?.lastLines(count) ?? [],
  }
  return service
}

async function earlyEnd({ origin }: ServiceSpec, started: Child): Promise<Error> {
  const { code, signal } = await started.exited
  const how = signal ?? `exit code ${code}`
  return new Error(`it ended with ${how} while starting${origin ? ` (${origin})` : ''}`)
}

/** An error of a service with its last log lines. */
export function failureOf(service: Service, error: unknown): UserError {
  const said = service.lastLines(12).map((line) => `\n    ${line}`)
  const what = error instanceof Error ? error.message : String(error)
  return new UserError(
    `${service.name}: ${what}${said.length > 0 ? '; its last log lines:' : ''}${said.join('')}`,
  )
}
