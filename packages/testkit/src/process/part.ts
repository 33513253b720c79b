import { Sentence } from '../sentence.ts'
import { until } from '../until.ts'
import { type Child, type Command, type Exit, startChild } from './child.ts'

/** How a part of the stack is run, found healthy and ended. */
export type PartSpec = {
  readonly name: string
  /** Where its program comes from, if that is for the person to choose. */
  readonly origin?: string
  readonly command: () => Command | Promise<Command>
  /** Answers whether the part serves; an error counts as "not yet". */
  readonly isHealthy: () => Promise<boolean>
  readonly startWithinMs?: number
  readonly stopSignal?: NodeJS.Signals
  readonly stopWithinMs?: number
}

export type Part = {
  readonly name: string
  readonly pid: () => number | undefined
  /** Starts the process and resolves when it is healthy. */
  readonly start: () => Promise<void>
  /** Ends it politely, and by force when that takes too long. */
  readonly stop: () => Promise<void>
  /** Ends it the way a crash or the kernel would. */
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  /** For instance SIGSTOP and SIGCONT, to freeze and thaw it. */
  readonly signal: (signal: NodeJS.Signals) => void
  readonly lastLines: (count?: number) => string[]
}

/** What the owner of parts wants to know about their processes. */
export type PartEvents = {
  readonly onStart: (child: Child) => void
  /** The process ended although nobody asked it to. */
  readonly onDeath: (part: Part, exit: Exit) => void
}

/** A part of the stack that can be started, stopped, killed and started again. */
export function createPart(spec: PartSpec, events: PartEvents): Part {
  let child: Child | undefined
  let isWanted = false

  async function start(): Promise<void> {
    if (child !== undefined && !child.hasExited()) return
    isWanted = true
    const started = await startChild(await spec.command())
    child = started
    events.onStart(started)
    try {
      await until(`${spec.name} is ready`, () => isReady(started), {
        withinMs: spec.startWithinMs ?? 30_000,
      })
      if (started.hasExited()) throw await earlyEnd(spec, started)
    } catch (error) {
      await end('SIGKILL', 0)
      throw faultOf(part, error)
    }
    void started.exited.then((exit) => {
      if (isWanted && child === started) events.onDeath(part, exit)
    })
  }

  /** An end during the start is an answer too: waiting on would only cost time. */
  async function isReady(started: Child): Promise<boolean> {
    return started.hasExited() || spec.isHealthy()
  }

  async function end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    isWanted = false
    await child?.stop(graceMs, signal)
  }

  const stop = () => end(spec.stopSignal ?? 'SIGTERM', spec.stopWithinMs ?? 8_000)
  const part: Part = {
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
  return part
}

async function earlyEnd({ origin }: PartSpec, started: Child): Promise<Error> {
  const { code, signal } = await started.exited
  const how = signal ?? `exit code ${code}`
  return new Error(`it ended with ${how} while starting${origin ? ` (${origin})` : ''}`)
}

/** A fault of a part, with the last thing it said. */
export function faultOf(part: Part, error: unknown): Sentence {
  const said = part.lastLines(12).map((line) => `\n    ${line}`)
  const what = error instanceof Error ? error.message : String(error)
  return new Sentence(
    `${part.name}: ${what}${said.length > 0 ? '; its last words:' : ''}${said.join('')}`,
  )
}
