import { Cron } from 'croner'
import { createMemoryHeartbeats, type PollLock } from 'sideport'
import { describe, expect, it } from 'vitest'
import { createStillClock, gate, startWorker } from './support.ts'

const NOW = 1_700_000_000
const start = (options: Partial<Parameters<typeof startWorker>[0]> = {}) => {
  const clock = createStillClock(NOW)
  return { clock, ...startWorker({ store: createMemoryHeartbeats(), clock, ...options }) }
}

describe('pitfall 33: a wrapped job', () => {
  it('gets its this and its arguments, and its result comes back', async () => {
    const { instrumentPoll } = start()
    const wrapped = instrumentPoll(
      'hourly',
      function (this: { factor: number }, a: number, b: number) {
        return Promise.resolve(this.factor * (a + b))
      },
    )
    expect(await wrapped.call({ factor: 10 }, 1, 2)).toBe(30)
  })

  it.each([new Error('broken'), 'a string', null, undefined])(
    'rejects with exactly what it threw: %s',
    async (thrown) => {
      const { instrumentPoll, shows } = start()
      const asynchronous = instrumentPoll('hourly', async () => {
        throw thrown
      })
      const synchronous = instrumentPoll('hourly', () => {
        throw thrown
      })
      await expect(asynchronous()).rejects.toBe(thrown)
      await expect(synchronous()).rejects.toBe(thrown)
      expect(await shows('hourly')).toMatchObject({ 'runs_total error': 2, in_progress: 0 })
    },
  )

  it('starts at once, before anything is recorded', () => {
    let logged = false
    let started = false
    const { instrumentPoll } = start({
      store: {
        async merge() {
          logged = true
          return []
        },
      },
    })
    void instrumentPoll('hourly', async () => {
      started = true
      expect(logged).toBe(false)
    })()
    expect(started).toBe(true)
  })

  it('does not wait for a store that hangs', async () => {
    const { instrumentPoll } = start({ store: { merge: () => new Promise(() => {}) } })
    expect(await instrumentPoll('hourly', () => 'done')()).toBe('done')
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('no database'))],
    [
      'throws',
      () => {
        throw new Error('no database')
      },
    ],
  ])('does not fail with a store that %s', async (_how, merge) => {
    const { instrumentPoll, flush, shows } = start({ store: { merge } })
    expect(await instrumentPoll('hourly', () => 'done')()).toBe('done')
    await flush()
    expect(await shows('hourly')).toMatchObject({ 'runs_total ok': 1, heartbeat_failures_total: 1 })
  })

  it('that throws reaches the handler of the scheduler, which goes on', async () => {
    const { instrumentPoll, shows } = start()
    const handled: unknown[] = []
    let fails = true
    const run = instrumentPoll('hourly', async (scheduler: Cron) => {
      if (fails) throw new Error(`failed in ${scheduler.name}`)
    })
    const cron = new Cron(
      '0 0 1 1 *',
      { name: 'yearly', paused: true, catch: (error) => void handled.push(error) },
      run,
    )
    await cron.trigger()
    fails = false
    await cron.trigger()
    cron.stop()
    expect(handled).toEqual([new Error('failed in yearly')])
    expect(await shows('hourly')).toMatchObject({ 'runs_total error': 1, 'runs_total ok': 1 })
  })

  it('must be one that was announced', () => {
    const { instrumentPoll } = start()
    // @ts-expect-error it does not compile either
    expect(() => instrumentPoll('weekly', () => {})).toThrow(
      'No job is named weekly; the jobs of createPolls are hourly, daily',
    )
  })
})

describe('a run', () => {
  it('pitfall 8: leaves its result, duration, start and success apart', async () => {
    const { clock, instrumentPoll, shows } = start()
    const run = instrumentPoll('hourly', async (fails: boolean) => {
      clock.pass(5)
      if (fails) throw new Error('broken')
    })
    await run(false)
    clock.pass(1000)
    await expect(run(true)).rejects.toThrow('broken')
    expect(await shows('hourly')).toEqual({
      'runs_total ok': 1,
      'runs_total error': 1,
      'skipped_total overlap': 0,
      'skipped_total lock_held': 0,
      'duration_seconds_bucket 1': 0,
      'duration_seconds_bucket 10': 2,
      'duration_seconds_bucket +Inf': 2,
      duration_seconds_sum: 10,
      duration_seconds_count: 2,
      in_progress: 0,
      last_run_timestamp_seconds: NOW + 1005,
      last_success_timestamp_seconds: NOW + 5,
      registered_timestamp_seconds: NOW,
      interval_seconds: 3600,
      heartbeat_failures_total: 0,
    })
  })

  it('pitfalls 1, 41: has all its counters at 0 before it first happens, and no success', async () => {
    const { shows } = start()
    expect(await shows('daily')).toEqual({
      'runs_total ok': 0,
      'runs_total error': 0,
      'skipped_total overlap': 0,
      'skipped_total lock_held': 0,
      'duration_seconds_bucket 1': 0,
      'duration_seconds_bucket 10': 0,
      'duration_seconds_bucket +Inf': 0,
      duration_seconds_sum: 0,
      duration_seconds_count: 0,
      in_progress: 0,
      registered_timestamp_seconds: NOW,
      interval_seconds: 86_400,
      heartbeat_failures_total: 0,
    })
  })

  it('pitfall 32: that hangs shows as in progress, and the next one is skipped and no success', async () => {
    const { open, opened } = gate()
    const { clock, instrumentPoll, shows } = start()
    const run = instrumentPoll('hourly', () => opened)
    const hanging = run()
    clock.pass(3600)
    expect(await run()).toBeUndefined()
    expect(await shows('hourly')).toMatchObject({
      in_progress: 1,
      'skipped_total overlap': 1,
      'runs_total ok': 0,
      last_run_timestamp_seconds: NOW,
    })
    expect(await shows('hourly')).not.toHaveProperty('last_success_timestamp_seconds')
    open()
    await hanging
    await run()
    expect(await shows('hourly')).toMatchObject({ in_progress: 0, 'runs_total ok': 2 })
  })

  it('pitfall 32: does not overlap with another wrapper of the same job, and leaves other jobs alone', async () => {
    const { open, opened } = gate()
    const { instrumentPoll, shows } = start()
    const hanging = instrumentPoll('hourly', () => opened)()
    expect(await instrumentPoll('hourly', () => 'ran')()).toBeUndefined()
    expect(await instrumentPoll('daily', () => 'ran')()).toBe('ran')
    expect(await shows('hourly')).toMatchObject({ 'skipped_total overlap': 1 })
    open()
    await hanging
  })

  it('pitfall 34: keeps its duration when the wall clock is set back, and its success never moves back', async () => {
    const { clock, instrumentPoll, shows } = start()
    const run = instrumentPoll('hourly', async (instant: number) => {
      clock.pass(5)
      clock.set(instant)
    })
    await run(NOW + 5)
    await run(NOW - 3600)
    expect(await shows('hourly')).toMatchObject({
      duration_seconds_sum: 10,
      'runs_total ok': 2,
      last_success_timestamp_seconds: NOW + 5,
      last_run_timestamp_seconds: NOW + 5,
    })
    clock.set(NOW + 7200)
    await run(NOW + 7200)
    expect(await shows('hourly')).toMatchObject({ last_success_timestamp_seconds: NOW + 7200 })
  })
})

describe('the lock', () => {
  const refusal = new Error('no database')
  const lockThat = (acquire: PollLock['acquire']): PollLock => ({ acquire })

  it('pitfall 32: held elsewhere means a skip, which is neither a run nor a success', async () => {
    const { instrumentPoll, shows } = start({ lock: lockThat(async () => undefined) })
    expect(await instrumentPoll('hourly', () => 'ran')()).toBeUndefined()
    expect(await shows('hourly')).toMatchObject({
      'skipped_total lock_held': 1,
      'runs_total ok': 0,
      'runs_total error': 0,
    })
    expect(await shows('hourly')).not.toHaveProperty('last_success_timestamp_seconds')
    expect(await shows('hourly')).not.toHaveProperty('last_run_timestamp_seconds')
  })

  it.each([
    ['rejects', () => Promise.reject(refusal)],
    [
      'throws',
      () => {
        throw refusal
      },
    ],
  ])('whose owner cannot be checked, because it %s, fails the run', async (_how, acquire) => {
    const { instrumentPoll, shows } = start({ lock: lockThat(acquire) })
    const run = instrumentPoll('hourly', () => 'ran')
    await expect(run()).rejects.toBe(refusal)
    await expect(run()).rejects.toBe(refusal)
    expect(await shows('hourly')).toMatchObject({ 'runs_total error': 2 })
  })

  it.each([true, false])(
    'taken, a run that may have been done meanwhile is due: %s',
    async (due) => {
      const events: string[] = []
      const lock = lockThat(async () => {
        events.push('taken')
        return { release: async () => void events.push('given back') }
      })
      const isDue = async () => {
        events.push('asked')
        return due
      }
      const { instrumentPoll, shows } = start({ lock })
      const run = instrumentPoll('hourly', () => void events.push('ran'), isDue)
      await run()
      expect(events).toEqual(['taken', 'asked', ...(due ? ['ran'] : []), 'given back'])
      const shown = await shows('hourly')
      expect(shown).toMatchObject({ 'runs_total ok': Number(due), 'skipped_total lock_held': 0 })
      expect('last_run_timestamp_seconds' in shown).toBe(due)
    },
  )

  it('is given back after a failure, and before the result is handed on', async () => {
    let held = 0
    const lock = lockThat(async () => {
      held++
      return {
        async release() {
          held--
        },
      }
    })
    const { instrumentPoll } = start({ lock })
    const run = instrumentPoll('hourly', () => {
      expect(held).toBe(1)
      throw new Error('broken')
    })
    await expect(run()).rejects.toThrow('broken')
    expect(held).toBe(0)
  })
})
