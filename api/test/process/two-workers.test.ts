import { until } from '@verifluence/testkit'
import { expect, it } from 'vitest'
import { samplesOf, useBackend } from '../support/backend.ts'
import { aStreamer } from '../support/people.ts'
import { type Program, start } from '../support/process.ts'

const backend = useBackend()

it('two workers poll once: one runs, the other one counts a skip', async () => {
  await backend.fakes.putChannel(4711, {})
  await aStreamer(backend, 4711)
  const workers = [
    await start('worker', backend.environment),
    await start('worker', backend.environment),
  ]
  const count = async (worker: Program, series: string) =>
    samplesOf(await (await fetch(worker.metricsUrl)).text()).get(series) ?? 0
  const sum = async (series: string) => {
    const counts = await Promise.all(workers.map((worker) => count(worker, series)))
    return counts.reduce((total, one) => total + one, 0)
  }
  const ok = 'vf_worker_poll_runs_total{service="worker",job="viewer-poll",result="ok"}'
  const skipped =
    'vf_worker_poll_skipped_total{service="worker",job="viewer-poll",reason="lock_held"}'

  // The job is called at the full minute.
  await until('a run and a skip', async () => (await sum(ok)) + (await sum(skipped)) === 2, {
    withinMs: 75_000,
  })
  expect(await sum(ok)).toBe(1)
  expect(await sum(skipped)).toBe(1)
  expect(await backend.query('select kick_user_id from kick_streamer_probe')).toHaveLength(1)
}, 100_000)
