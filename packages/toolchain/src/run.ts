import { spawn } from 'node:child_process'
import { findBinary } from './find.ts'
import type { Binary } from './locate.ts'
import type { ToolName } from './tools.ts'

export type RunResult = {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export type RunOptions = {
  readonly cwd?: string
  readonly input?: string
  /** Variables beyond those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Ends the program early. */
  readonly signal?: AbortSignal
}

/** Finds a program and runs it to its end; a failing exit code is a result, not an error. */
export async function runTool(
  name: ToolName,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return runBinary(await findBinary(name), args, options)
}

/** Runs a found program to its end. @throws Error when it cannot be started or is ended early. */
export function runBinary(
  binary: Binary,
  args: readonly string[],
  { cwd, input, env, signal }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary.command, [...binary.args, ...args], {
      ...(cwd && { cwd }),
      ...(env && { env: { ...process.env, ...env } }),
      ...(signal && { signal }),
    })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, ...output }))
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
  })
}
