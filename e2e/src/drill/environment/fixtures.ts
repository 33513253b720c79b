import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { JobName } from '@verifluence/api/jobs'
import { workerSpec } from '@verifluence/local'
import { nodeCommand } from '@verifluence/testkit'
import { keepDoing } from '../keep-doing.ts'
import type { System } from './environment.ts'

/** The first Kick user id of the streamers in drills. */
const FIRST_KICK_USER = 910_001

/**
 * Adds streamers with a Kick channel and an account on X, without token.
 *
 * @returns the Kick user id of the first.
 */
export async function addStreamers({ database, fakes }: System, count: number): Promise<number> {
  await database.run(
    `with numbers as (select generate_series(1, $1::int) as number),
     account as (
       insert into accounts (email) select 'drill-' || number || '@verifluence.test' from numbers
       on conflict (email) do nothing returning id, email
     ), streamer as (
       insert into streamers (account_id, name, x_username)
       select id, 'Drill', 'drill_' || id from account returning id, account_id
     )
     insert into streamer_channels (streamer_id, kick_user_id, slug)
     select streamer.id, $2 + split_part(split_part(email, '@', 1), '-', 2)::int - 1, 'drill-' || streamer.id
     from streamer join account on account.id = account_id`,
    [count, FIRST_KICK_USER],
  )
  await fakes.putChannel(FIRST_KICK_USER, { slug: 'drill' })
  return FIRST_KICK_USER
}

/** The rows that an offer refers to, in that order. */
const CAMPAIGN = `
  account as (insert into accounts (email) values ('brand-' || gen_random_uuid() || '@verifluence.test') returning id),
  operator as (insert into operators (account_id, name) select id, 'Drill' from account returning id),
  artist as (insert into accounts (email) values ('artist-' || gen_random_uuid() || '@verifluence.test') returning id),
  streamer as (insert into streamers (account_id, name) select id, 'Drill' from artist returning id),
  campaign as (
    insert into campaigns (operator_id, title, brief, floor_timeframe, floor_deliveries,
      floor_min_viewers, floor_min_duration, floor_payment_per_stream, window_ends_at)
    select id, 'Drill', 'Drill', 1, 1, 1, 1, 1, now() + interval '30 days' from operator
    returning id, operator_id
  )`
const TERMS = 'timeframe, deliveries, min_viewers, min_duration, payment_per_stream'

/** Adds a streamer's offer that is unanswered since the given moment. */
export async function addOffer({ database }: System, since: Date): Promise<void> {
  await database.run(
    `with ${CAMPAIGN}
     insert into offers (campaign_id, operator_id, streamer_id, initiator, created_at, status_at, ${TERMS})
     select campaign.id, operator_id, streamer.id, 'streamer', $1, $1, 1, 1, 1, 1, 1
     from campaign, streamer`,
    [since],
  )
}

/** Adds a deal for which a stream may be submitted. */
export async function addDeal({ database }: System): Promise<void> {
  await database.run(
    `with ${CAMPAIGN},
     offer as (
       insert into offers (campaign_id, operator_id, streamer_id, initiator, status, ${TERMS})
       select campaign.id, operator_id, streamer.id, 'streamer', 'accepted', 1, 1, 1, 1, 1
       from campaign, streamer returning *
     ), negotiation as (
       insert into negotiations (offer_id, campaign_id, operator_id, streamer_id, status)
       select id, campaign_id, operator_id, streamer_id, 'agreed' from offer returning *
     )
     insert into deals (negotiation_id, campaign_id, operator_id, streamer_id, ${TERMS})
     select id, campaign_id, operator_id, streamer_id, 1, 1, 1, 1, 1 from negotiation`,
  )
}

/** An unknown session in the form of a known one: each request costs the api one query. */
const STALE_SESSION = { cookie: `__Host-session=${'x'.repeat(43)}` }

/** Sends a request at a fixed interval until the environment stops, without waiting for the one before. */
export function visit({ ports, ending }: System, everyMs: number): () => Promise<void> {
  return keepDoing(everyMs, ending, async () => {
    const url = `http://127.0.0.1:${ports.api}/api/me`
    void fetch(url, { headers: STALE_SESSION, signal: ending })
      .then((response) => response.arrayBuffer())
      .catch(() => {})
  })
}

/**
 * Runs a job now by the operator's command.
 *
 * @throws Error with the output of the command when the job fails.
 */
export async function runJob(system: System, job: JobName): Promise<void> {
  const plan = { ...system, databaseUrl: system.database.url }
  const { env = {} } = await workerSpec(plan).command()
  const { command, args } = nodeCommand('run-job', 'api/src/run-job.ts', { log: '', env })
  await promisify(execFile)(command, [...args, job], { env: { ...env } })
}
