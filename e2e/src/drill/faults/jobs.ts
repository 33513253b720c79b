import { type JobName, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts'
import { type Drill, MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { addStreamers, runJob } from '../environment/fixtures.ts'
import { staleExpectation } from './stale.ts'

/** Makes a job throw whenever it runs. Returns how to undo it. */
type Break = (system: System) => Promise<() => Promise<unknown>>

/** The database refuses what the job wants to write, as after a broken migration. */
const refused =
  (what: string, table: string, each = 'statement'): Break =>
  async ({ database }) => {
    await database.run(
      `create or replace function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'refused'; end $$`,
    )
    await database.run(
      `create trigger refusal before ${what} on ${table} for each ${each} execute function refuse()`,
    )
    return () => database.run(`drop trigger refusal on ${table}`)
  }

/** How each hourly and daily job is broken without affecting the others; Kick breaks viewer-poll. */
const breaks = {
  'chat-export': async ({ database, fakes }) => {
    await database.run(
      `insert into kick_chat_messages (message_id, kick_user_id, content, emotes, sent_at, stored_at)
       values ('drill', 1, 'hello', '[]', now(), now() - interval '3 hours')`,
    )
    await fakes.injectFault('s3', 'unavailable')
    return () => fakes.clearFaults('s3')
  },
  'x-follower-poll': async (system) => {
    await addStreamers(system, 1)
    await system.fakes.injectFault('x', 'unavailable')
    return () => system.fakes.clearFaults('x')
  },
  'kick-token-refresh': async (system) => {
    await system.fakes.admitToken({ value: 'drill', use: 'refresh', userId: 1 })
    await system.database.run(
      `insert into kick_tokens (kick_user_id, access_token, refresh_token, expires_at)
       values (1, 'drill', 'drill', now())`,
    )
    return refused('update', 'kick_tokens', 'row when (new.refresh_token is not null)')(system)
  },
  'stale-session-cleanup': async (system) => {
    await system.database.run(
      `insert into kick_stream_sessions (kick_user_id, started_at, opened_by)
       values (1, now() - interval '20 hours', 'webhook')`,
    )
    return refused('update', 'kick_stream_sessions', `row when (new.closed_by = 'cleanup')`)(system)
  },
  'trust-score-refresh': refused('update of trust_score', 'streamers'),
  'kick-subscriptions': async (system) => {
    await addStreamers(system, 1)
    await system.fakes.injectFault('kick-api', 'unavailable', { operation: 'subscriptions-list' })
    return () => system.fakes.clearFaults('kick-api')
  },
  'daily-maintenance': refused('delete', 'kick_follows'),
} satisfies Record<Exclude<JobName, 'viewer-poll'>, Break>

type Broken = keyof typeof breaks
const broken = Object.keys(breaks) as Broken[]

/** These jobs have succeeded before; the others are registered and never have. */
const onceSucceeded: readonly Broken[] = [
  'chat-export',
  'x-follower-poll',
  'trust-score-refresh',
  'kick-subscriptions',
  'daily-maintenance',
]

/** The backdated last success, so that the alert fires within a few minutes. */
const longAgo = (job: JobName) =>
  new Date(Date.now() - (jobs[job].staleAfterSeconds - 6 * MINUTE) * 1000)

/** @throws Error unless the job fails. */
async function mustFail(system: System, job: Broken): Promise<void> {
  const failed = await runJob(system, job).then(
    () => false,
    () => true,
  )
  if (!failed) throw new Error(`${job} succeeds although it was broken`)
}

/** No run succeeded; the worker also catches up a daily job, and that run failed. */
const failsOnly = (job: Broken): RegExp => {
  const daily = jobs[job].intervalSeconds > 60 * MINUTE
  return daily
    ? /^(?=[\s\S]*result="error"\} => (?!0 ))[\s\S]*result="ok"\} => 0 @/
    : /result="ok"\} => 0 @/
}

export const jobsFail: Drill<System> = {
  name: 'jobs-fail',
  failure: 'F1, F3, F4',
  does: 'every hourly and daily job is broken and fails when it is run; the worker restarts; heartbeats are backdated',
  cause: async (system) => {
    const { services, database } = system
    const recoveries: (() => Promise<unknown>)[] = []
    for (const job of broken) recoveries.push(await breaks[job](system))
    await services.worker.stop()
    await Promise.all(broken.map((job) => mustFail(system, job)))
    const since = new Map(broken.map((job) => [staleAlert(job), longAgo(job)]))
    for (const job of broken) {
      // The job may have run between the start of the worker and its stop.
      const past = onceSucceeded.includes(job)
        ? 'last_success_at = $2'
        : 'registered_at = $2, last_success_at = null'
      await database.run(`update poll_heartbeats set ${past}, last_run_at = $2 where job = $1`, [
        job,
        longAgo(job),
      ])
    }
    await services.worker.start()
    const recover = async () => {
      for (const undo of recoveries) await undo()
      for (const job of broken) await runJob(system, job)
    }
    return { since, recover }
  },
  expects: broken.map((job) => staleExpectation(job, failsOnly(job))),
  resolvedWithin: 6 * MINUTE,
}

/** The table that viewer-poll reads first. */
const BLOCK = 'lock table streamer_channels in access exclusive mode'

/** @throws Error unless a run hangs and the next ones are skipped. */
async function isHanging({ prometheus }: System): Promise<void> {
  const job = 'job="viewer-poll"'
  const [overlaps, running] = await Promise.all([
    prometheus.query(`increase(vf_worker_poll_skipped_total{${job},reason="overlap"}[10m]) > 0`),
    prometheus.query(`max_over_time(vf_worker_poll_in_progress{${job}}[2m]) == 1`),
  ])
  if (overlaps.length === 0) throw new Error('no run of viewer-poll was skipped for an overlap')
  if (running.length === 0) throw new Error('no run of viewer-poll was seen going on')
}

export const pollerHangs: Drill<System> = {
  name: 'poller-hangs',
  failure: 'F2',
  does: 'each run of viewer-poll hangs for a minute, until the statement timeout',
  cause: async ({ database }) => ({ recover: await database.hold(BLOCK) }),
  expects: [staleExpectation('viewer-poll', /result="error"\} => (?!0 )/)],
  verify: isHanging,
  resolvedWithin: 5 * MINUTE,
}
