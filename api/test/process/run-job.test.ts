import { expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { run } from '../support/process.ts'

const backend = useBackend()

async function runJob(...args: string[]) {
  const { ended, output } = run('run-job', { ...backend.environment, LOG_LEVEL: 'silent' }, args)
  const code = await ended
  return { code, said: output().trim() }
}
async function lastSuccess(job: string) {
  const rows = await backend.query<{ at: Date | null }>(
    'select last_success_at as at from poll_heartbeats where job = $1',
    [job],
  )
  return rows[0]?.at
}

it('a job run by hand says that it is done, and its heartbeat is kept', async () => {
  expect(await runJob('stale-session-cleanup')).toEqual({
    code: 0,
    said: 'stale-session-cleanup is done: 0 items.',
  })
  expect(await lastSuccess('stale-session-cleanup')).toBeInstanceOf(Date)
})

it('a job run by hand that fails says so with code 1, and counts as no success', async () => {
  await backend.query('alter table kick_follows rename to elsewhere')
  const { code, said } = await runJob('daily-maintenance')
  await backend.query('alter table elsewhere rename to kick_follows')
  expect(code).toBe(1)
  expect(said).toMatch(/^daily-maintenance failed: .*kick_follows/)
  expect(await lastSuccess('daily-maintenance')).toBeNull()
})

it('a job run by hand that another replica is running is left to it', async () => {
  const [{ held } = { held: false }] = await backend.query<{ held: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('poll chat-export', 0)) as held`,
  )
  expect(held).toBe(true)
  const { code, said } = await runJob('chat-export')
  await backend.query('select pg_advisory_unlock_all()')
  expect({ code, said }).toEqual({
    code: 1,
    said: 'chat-export failed: another replica is running it.',
  })
})

it.each([[], ['chat-exports']])(
  '"%s" is no job, and those that are jobs are named',
  async (...args) => {
    const { code, said } = await runJob(...args)
    expect(code).toBe(1)
    expect(said).toMatch(/is no job: name one of viewer-poll, .*chat-export/)
  },
)
