import type { WholeSite } from './site.ts'

/** Kick user ids of the streamers in the drills begin here. */
const FIRST_KICK_USER = 910_001

/**
 * Lets streamers with a Kick channel and an account on X be there, without anybody's e-mail or token.
 *
 * @returns the Kick user id of the first.
 */
export async function addStreamers({ database, fakes }: WholeSite, count: number): Promise<number> {
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

/** The rows a bargain stands on, in the order in which they refer to each other. */
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

/** An offer of a streamer, unanswered since the given moment. */
export async function addOffer({ database }: WholeSite, since: Date): Promise<void> {
  await database.run(
    `with ${CAMPAIGN}
     insert into offers (campaign_id, operator_id, streamer_id, initiator, created_at, status_at, ${TERMS})
     select campaign.id, operator_id, streamer.id, 'streamer', $1, $1, 1, 1, 1, 1, 1
     from campaign, streamer`,
    [since],
  )
}

/** A deal for which a stream may be handed in. */
export async function addDeal({ database }: WholeSite): Promise<void> {
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
