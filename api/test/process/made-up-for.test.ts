import { until } from '@verifluence/testkit'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startWorker } from '../../src/worker.ts'
import { samplesOf, useBackend } from '../support/backend.ts'

const backend = useBackend()
const JOB = 'kick-subscriptions'
const HOUR = 60

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  return async () => {
    vi.useRealTimers()
    await backend.fakes.clearFaults('kick-api')
  }
})

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function aWorker() {
  const { stop, ports } = await startWorker(backend.environment)
  let stopped: Promise<void> | undefined
  const once = () => {
    stopped ??= stop()
    return stopped
  }
  stops.push(once)
  return { url: `http://127.0.0.1:${ports.metrics}/metrics`, stop: once }
}

/** Every worker of this process looks for overdue jobs. */
function look() {
  return vi.advanceTimersByTime(5 * 60_000)
}

/** When the job last succeeded and last began, in minutes before now; null for never. */
function heartbeat(success: number | null, run: number | null, job = JOB) {
  return backend.query(
    `update poll_heartbeats set registered_at = now() - interval '40 hours',
       last_success_at = now() - make_interval(mins => $2),
       last_run_at = now() - make_interval(mins => $3)
     where job = $1`,
    [job, success, run],
  )
}

function series(name: string, labels = '', job = JOB) {
  return `vf_worker_poll_${name}{service="worker",job="${job}"${labels}}`
}
const OK = series('runs_total', ',result="ok"')
const FAILED = series('runs_total', ',result="error"')
const HELD = series('skipped_total', ',reason="lock_held"')

async function sum(urls: readonly string[], name: string): Promise<number> {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(url)).text()))
  return texts.reduce((total, text) => total + (samplesOf(text).get(name) ?? 0), 0)
}
/** They look again and again: the lock of the previous run may linger for some seconds. */
function lookUntil(urls: readonly string[], name: string, wanted: number) {
  return until(
    `${wanted} of ${name}`,
    async () => {
      look()
      return (await sum(urls, name)) === wanted
    },
    { withinMs: 15_000 },
  )
}

/** A look that finds another job overdue, the last of the table, and leaves this one alone. */
async function lookInVain(urls: readonly string[]) {
  const shown = () =>
    Promise.all([OK, FAILED, HELD, series('in_progress')].map((name) => sum(urls, name)))
  const before = await shown()
  const control = series('runs_total', ',result="ok"', 'daily-maintenance')
  const done = await sum(urls, control)
  await heartbeat(25 * HOUR, 25 * HOUR, 'daily-maintenance')
  await lookUntil(urls, control, done + 1)
  expect(await shown()).toEqual(before)
}

it('a run that a rollout cuts off is made up for by the worker that stays, an hour after it began', async () => {
  const leaving = await aWorker()
  await heartbeat(25 * HOUR, 25 * HOUR)
  await backend.fakes.injectFault('kick-api', 'hang', { operation: 'subscriptions-list' })
  await lookUntil([leaving.url], series('in_progress'), 1)
  const { url } = await aWorker()
  await leaving.stop()
  await backend.fakes.clearFaults('kick-api')

  await lookInVain([url])
  await heartbeat(25 * HOUR, 59)
  await lookInVain([url])
  await heartbeat(25 * HOUR, 61)
  await lookUntil([url], OK, 1)
  await lookInVain([url])
  expect(await sum([url], OK)).toBe(1)
}, 60_000)

it('of two workers that see the same job overdue one runs it', async () => {
  // The lock of the test before must not pass for the one of the other worker.
  const held = `select from pg_locks join pg_database on pg_database.oid = database
    where locktype = 'advisory' and datname = current_database()`
  const isFree = async () => (await backend.query(held)).length === 0
  await until('no lock lingers', isFree, { withinMs: 15_000 })
  const urls = [(await aWorker()).url, (await aWorker()).url]
  await backend.fakes.injectFault('kick-api', 'slow', {
    operation: 'subscriptions-list',
    seconds: 0.5,
  })
  await heartbeat(25 * HOUR, 25 * HOUR)
  await lookUntil(urls, OK, 1)
  expect(await sum(urls, HELD)).toBeGreaterThan(0)
  await lookInVain(urls)
  expect(await sum(urls, OK)).toBe(1)
}, 60_000)

it('a job that fails whenever it is called is called once an hour', async () => {
  const { url } = await aWorker()
  await heartbeat(null, 25 * HOUR)
  await backend.fakes.injectFault('kick-api', 'unauthorized', { operation: 'subscriptions-list' })
  await lookUntil([url], FAILED, 1)
  await lookInVain([url])
  await heartbeat(null, 61)
  await lookUntil([url], FAILED, 2)
}, 60_000)

it('nothing is made up for in time, nor on a fresh installation', async () => {
  const { url } = await aWorker()
  await heartbeat(24.1 * HOUR, 24.1 * HOUR)
  await lookInVain([url])
  await backend.query('update poll_heartbeats set registered_at = now(), last_success_at = null')
  await lookInVain([url])
  expect(await sum([url], HELD)).toBe(0)
  await heartbeat(25 * HOUR, 25 * HOUR)
  await lookUntil([url], OK, 1)
  expect(await sum([url], FAILED)).toBe(0)
}, 60_000)
