import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { fakesEnvironment } from '@verifluence/fakes'
import { until } from '@verifluence/testkit'

/** A server in a process of its own, measured from outside. */
export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** Tells a server that listens to its parent. */
  send(message: string): void
  /** Tells it something that it answers with a number. */
  ask(message: string): Promise<number>
  /** Ends it at once: whatever it has not said by now is not measured any more. */
  stop(): Promise<void>
}

/** Starts the server in `file` and waits until it is ready. What it logs is written, and not kept. */
export async function startServer(
  file: string,
  { port, args = [], env = {} }: { port: number; args?: string[]; env?: Record<string, string> },
): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--conditions=source'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/_readiness`)).ok
  await until(`${file} is ready`, ready, { withinMs: 60_000 })
  return {
    port,
    pid: child.pid ?? 0,
    send: (message) => {
      child.send(message)
    },
    ask: async (message) => {
      const answer = once(child, 'message')
      child.send(message)
      return Number((await answer)[0])
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The environment of an api that reaches no outside service but the Kick at `kickUrl`. */
export const apiEnvironmentFor = (databaseUrl: string, port: number, kickUrl: string) => ({
  ...fakesEnvironment('http://127.0.0.1:9'),
  DATABASE_URL: databaseUrl,
  KICK_API_URL: kickUrl,
  BIND_HOST: '127.0.0.1',
  API_PORT: String(port),
  API_METRICS_PORT: '0',
})
