import { spawn } from 'node:child_process'
import { freePorts, PORT_VARIABLES, type Ports } from '@verifluence/local'
import { endRecorded, nodeCommand, PROJECT, until } from '@verifluence/testkit'
import { onTestFinished } from 'vitest'

/** `npm start` as a process of its own, on free ports. */
export type Launcher = {
  readonly ports: Ports
  readonly pid: number
  readonly output: () => string
  readonly prints: (text: string | RegExp, withinMs?: number) => Promise<string>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ends: (withinMs?: number) => Promise<number | NodeJS.Signals>
}

export type LaunchOptions = {
  readonly folder: string
  readonly ports?: Ports
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Its own process group, as a terminal gives it: a signal to `-pid` reaches all of it. */
  readonly ownGroup?: boolean
}

/** Starts it; when the test is over nothing of it runs any more, also if the test failed midway. */
export async function launch(options: LaunchOptions): Promise<Launcher> {
  const { folder, ports = await freePorts(), args = [], env = {}, ownGroup = false } = options
  const portVariables = Object.entries(PORT_VARIABLES).map(([service, variable]) => [
    variable,
    String(ports[service as keyof Ports]),
  ])
  const start = nodeCommand('start', 'e2e/src/start/main.ts', {
    log: '',
    env: { STACK_FOLDER: folder, ...Object.fromEntries(portVariables), ...env },
  })
  const child = spawn(start.command, [...start.args, ...args], {
    cwd: PROJECT,
    env: { ...start.env },
    detached: ownGroup,
    // The channel tells the launcher when the test's own process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  let end: number | NodeJS.Signals | undefined
  child.once('close', (code, signal) => {
    end = code ?? signal ?? 0
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await until('the launcher is gone', () => end !== undefined, { withinMs: 10_000 })
    endRecorded(folder)
  })
  return {
    ports,
    pid: child.pid ?? 0,
    output: () => output,
    prints: (text, withinMs = 60_000) =>
      until(
        `the launcher prints ${text}`,
        () => {
          const isThere = typeof text === 'string' ? output.includes(text) : text.test(output)
          if (!isThere && end !== undefined) throw new Error(`it ended with ${end}:\n${output}`)
          return isThere && output
        },
        { withinMs },
      ),
    signal: (name) => void child.kill(name),
    ends: (withinMs = 30_000) => until('the launcher ends', () => end, { withinMs }),
  }
}
