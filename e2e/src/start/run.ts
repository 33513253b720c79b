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
import type { Exit, Part } from '@verifluence/testkit'
import { explain, Interrupted, PROJECT } from '@verifluence/testkit'
import { proveOnce } from '../once/prove.ts'
import { openConsole } from './open-console.ts'

type Run = {
  /** Prove the path to Telegram and end, instead of running until the interrupt. */
  readonly once: boolean
  readonly interrupted: AbortSignal
}

const say = (line: string) => console.log(line)

/**
 * Brings a stack up, tells what happens, and takes it down when interrupted or proven.
 * Returns the exit code.
 */
export async function runStack(
  options: Omit<StackOptions, 'onProgress' | 'onDeath' | 'signal' | 'traffic' | 'manifests'>,
  { once, interrupted }: Run,
): Promise<number> {
  const begun = performance.now()
  const ended = new AbortController()
  say('Starting PostgreSQL, the outside fakes, Prometheus, Alertmanager, api and worker …')
  // Built meanwhile; where it cannot be, the start of the console says why.
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
      onDeath: tellDeath,
    })
  } catch (error) {
    // Ctrl-C reaches a program that is waited for at once, and us with the next turn of the loop.
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
  /** What was seen goes before what is concluded from it. */
  const conclude = async (line: string) => {
    await watch.look()
    say(line)
  }
  try {
    await proveOnce(stack, { say: conclude, signal: interrupted })
    return 0
  } catch (error) {
    if (error instanceof Interrupted) say('Interrupted before the proof was complete.')
    else console.error(explain(error))
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

function tellDeath(part: Part, { code, signal }: Exit): void {
  say(
    `${part.name} ended by itself (${signal ?? `exit code ${code}`}) and stays down; its last words:`,
  )
  for (const line of part.lastLines(8)) say(`    ${line}`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
