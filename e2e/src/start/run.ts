import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { builtApp, type Console } from '@verifluence/console'
import {
  buildTree,
  createAlertWatch,
  createDeliveryWatch,
  createMessageWatch,
  createTargetWatch,
  createWatch,
  describeStack,
  type Event,
  formatEvent,
  OPERATIONS,
  type Stack,
  type StackOptions,
  startStack,
  type Watch,
} from '@verifluence/local'
import type { Exit, Service } from '@verifluence/testkit'
import { formatError, Interrupted, PROJECT } from '@verifluence/testkit'
import { proveOnce } from '../once/prove.ts'
import { openConsole } from './open-console.ts'

type Run = {
  /** Prove the path to Telegram and end, instead of running until the interrupt. */
  readonly once: boolean
  readonly interrupted: AbortSignal
}

const say = (line: string) => console.log(line)

/**
 * Starts a stack, prints its events, and stops it after an interrupt or the proof.
 * Returns the exit code.
 */
export async function runStack(
  options: Omit<StackOptions, 'onProgress' | 'onExit' | 'signal' | 'traffic' | 'manifests'>,
  { once, interrupted }: Run,
): Promise<number> {
  const begun = performance.now()
  const ended = new AbortController()
  say('Starting PostgreSQL, the fake external services, Prometheus, Alertmanager, api and worker …')
  // Builds in the meantime; the start of the console reports an error.
  if (!once) void builtApp().catch(() => {})
  const manifests = await buildTree(PROJECT, OPERATIONS)
  let stack: Stack
  try {
    stack = await startStack({
      ...options,
      manifests,
      ...(!once && { consoleUrl: `http://127.0.0.1:${options.ports.console}` }),
      traffic: !once,
      signal: interrupted,
      onProgress: (line) => say(`  ${line}`),
      onExit: reportExit,
    })
  } catch (error) {
    // Ctrl-C ends a child at once; this process learns of it in the next turn of the loop.
    await nextTurn()
    if (!interrupted.aborted) throw error
    say('Stopped before everything was up.')
    return 130
  }
  let watching: Promise<void> | undefined
  let page: Console | undefined
  try {
    if (!once) page = await openConsole(stack, manifests)
    if (options.speed !== undefined && options.speed !== 1)
      say(`The waits of rules, routes and scrapes are divided by ${options.speed} (SPEED).`)
    say(`Everything is up after ${Math.round((performance.now() - begun) / 1000)} s:`)
    for (const line of describeStack(stack, page?.url)) say(line)
    say(`Versions: ${stack.versions.join(', ')}.`)
    const stopped = AbortSignal.any([interrupted, ended.signal])
    const tell = (event: Event) => say(formatEvent(event, new Date()))
    const watch = createWatch(looksAt(stack, options), tell)
    watching = watch.until(stopped)
    if (once) return await proof(stack, watch, interrupted)
    say('Open the console: break something there, and watch the message arrive. Ctrl-C stops it.')
    await aborted(interrupted)
    return 0
  } finally {
    ended.abort()
    await watching
    say('Stopping …')
    await page?.stop()
    await stack.stop()
    say('Stopped; no process is left.')
  }
}

async function proof(stack: Stack, watch: Watch, interrupted: AbortSignal): Promise<number> {
  /** Prints pending observations before the conclusion. */
  const conclude = async (line: string) => {
    await watch.look()
    say(line)
  }
  try {
    await proveOnce(stack, { say: conclude, signal: interrupted })
    return 0
  } catch (error) {
    if (error instanceof Interrupted) say('Interrupted before the proof was complete.')
    else console.error(formatError(error))
    return 1
  }
}

function looksAt(stack: Stack, { telegram }: Pick<StackOptions, 'telegram'>) {
  return [
    createTargetWatch(stack.prometheus),
    createAlertWatch(stack.prometheus),
    telegram === undefined
      ? createMessageWatch(stack.fakes)
      : createDeliveryWatch(stack.alertmanager, telegram.chatId),
  ]
}

function reportExit(service: Service, { code, signal }: Exit): void {
  say(
    `${service.name} exited (${signal ?? `exit code ${code}`}) and stays down; its last log lines:`,
  )
  for (const line of service.lastLines(8)) say(`    ${line}`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
