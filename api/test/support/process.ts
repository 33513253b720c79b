import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { until } from '@verifluence/testkit'
import { onTestFinished } from 'vitest'

/** One of the two programs, running. */
export interface Program {
  readonly url: string
  readonly metricsUrl: string
  /** Its log, a parsed line each. */
  readonly lines: () => Record<string, unknown>[]
  /** Everything it wrote. */
  readonly output: () => string
  signal(signal: NodeJS.Signals): void
  /** The exit code, once it is over. */
  readonly ended: Promise<number | null>
}

/** A program from its sources, or a bundle of it. */
type Which = 'server' | 'worker' | 'run-job' | { readonly file: string }

function command(which: Which): string[] {
  if (typeof which === 'object') return [which.file]
  const source = join(import.meta.dirname, `../../src/${which}.ts`)
  return ['--conditions=source', source]
}

/** Runs a program; when the test is over it is gone, whatever happened. */
export function run(
  which: Which,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
) {
  const child: ChildProcess = spawn(process.execPath, [...command(which), ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, output: () => output }
}

/** Runs a program and waits until it says that it is up. */
export async function start(
  which: Which,
  environment: Readonly<Record<string, string>>,
): Promise<Program> {
  const { child, ended, output } = run(which, { ...environment, LOG_LEVEL: 'info' })
  const lines = () => output().split('\n').flatMap(parsed)
  const up = await until(
    'the program is up',
    () => {
      if (child.exitCode !== null) throw new Error(output())
      return lines().find(({ msg }) => String(msg).endsWith('is up'))
    },
    { withinMs: 30_000, everyMs: 10 },
  )
  return {
    url: `http://127.0.0.1:${up.port}`,
    metricsUrl: `http://127.0.0.1:${up.metrics}/metrics`,
    lines,
    output,
    signal: (signal) => {
      child.kill(signal)
    },
    ended,
  }
}

function parsed(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
