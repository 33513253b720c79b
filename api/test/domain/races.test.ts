import { until } from '@verifluence/testkit'
import pino from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import { applyDeadlines } from '../../src/features/deadlines.ts'
import { useBackend } from '../support/backend.ts'
import type { Reply } from '../support/client.ts'
import {
  aCampaign,
  aDeal,
  aNegotiation,
  anAgreement,
  anOffer,
  anOperator,
  aStreamer,
  aSubmission,
  type Member,
  terms,
} from '../support/people.ts'

const backend = useBackend()
let operator: Member
let streamer: Member
let replica: string

beforeAll(async () => {
  operator = await anOperator(backend)
  streamer = await aStreamer(backend)
  replica = (await backend.replica()).url
})

/** The same request of one member, six times at once, spread over two replicas. */
function atOnce(member: Member, send: (client: Pick<Member, 'post' | 'put'>) => Promise<Reply>) {
  return Promise.all(
    Array.from({ length: 6 }, (_, turn) => send(turn % 2 ? member : member.at(replica))),
  )
}

function statuses(replies: readonly Reply[]) {
  return replies.map(({ status }) => status).sort()
}

describe('sent many times at once, to two replicas, this happens once:', () => {
  it('an acceptance, with one negotiation', async () => {
    const { id } = await anOffer(operator, streamer)
    const replies = await atOnce(streamer, (client) => client.post(`/api/offers/${id}/accept`))
    expect(statuses(replies)).toEqual([200, 409, 409, 409, 409, 409])
    const [{ count } = { count: 0 }] = await backend.query<{ count: number }>(
      `select count(*)::int from negotiations join offers on offers.id = offer_id where offers.public_id = $1`,
      [id],
    )
    expect(count).toBe(1)
  })

  it('an offer', async () => {
    const campaign = await aCampaign(operator)
    const replies = await atOnce(streamer, (client) =>
      client.post(`/api/campaigns/${campaign}/offers`, { terms }),
    )
    expect(statuses(replies)).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('the funding of a campaign', async () => {
    const campaign = await aCampaign(operator, { funded: false })
    const replies = await atOnce(operator, (client) =>
      client.post(`/api/campaigns/${campaign}/fund`, { deposit_reference: 'x' }),
    )
    expect(statuses(replies)).toEqual([200, 409, 409, 409, 409, 409])
  })

  it('a deal', async () => {
    const negotiation = await anAgreement(operator, streamer)
    const replies = await atOnce(operator, (client) =>
      client.post(`/api/negotiations/${negotiation}/deal`),
    )
    expect(statuses(replies)).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('a submission, and its confirmation', async () => {
    const deal = await aDeal(operator, streamer)
    const submitted = await atOnce(streamer, (client) =>
      client.put(`/api/deals/${deal}/submissions/1`, { stream_url: 'https://kick.com/video/1' }),
    )
    expect(statuses(submitted)).toEqual([200, 409, 409, 409, 409, 409])
    const id = await aSubmission(streamer, deal, 2)
    const confirmed = await atOnce(operator, (client) =>
      client.post(`/api/submissions/${id}/confirm`),
    )
    expect(statuses(confirmed)).toEqual([200, 409, 409, 409, 409, 409])
  })

  it('either the acceptance or the withdrawal, never both', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await anOffer(operator, streamer)
      const replies = await Promise.all([
        streamer.post(`/api/offers/${id}/accept`),
        operator.at(replica).post(`/api/offers/${id}/withdraw`),
      ])
      expect(statuses(replies)).toEqual([200, 409])
    }
  })
})

it('agrees once all ten approvals are there, in any order', async () => {
  const id = await aNegotiation(operator, streamer)
  const replies = await Promise.all(
    Object.keys(terms).flatMap((term) => [
      operator.post(`/api/negotiations/${id}/terms/${term}/approve`),
      streamer.at(replica).post(`/api/negotiations/${id}/terms/${term}/approve`),
    ]),
  )
  expect(statuses(replies)).toEqual(replies.map(() => 200))
  expect((await operator.get(`/api/negotiations/${id}`)).body.status).toBe('agreed')
})

it('cancelling a campaign and accepting its offers at once leaves no loose end', async () => {
  for (let round = 0; round < 5; round++) {
    const campaign = await aCampaign(operator)
    const { id } = await anOffer(operator, streamer, campaign)
    const replies = await Promise.all([
      streamer.post(`/api/offers/${id}/accept`),
      operator.at(replica).post(`/api/campaigns/${campaign}/cancel`),
    ])
    expect(replies[1]?.status).toBe(200)
    const loose = await backend.query(
      `select negotiations.id from negotiations join campaigns on campaigns.id = campaign_id
       where campaigns.public_id = $1 and negotiations.status <> 'cancelled'
       union all
       select offers.id from offers join campaigns on campaigns.id = campaign_id
       where campaigns.public_id = $1 and offers.status = 'pending'`,
      [campaign],
    )
    expect(loose).toEqual([])
  }
})

it('a campaign whose window ends while a deal is being made goes on', async () => {
  const campaign = await aCampaign(operator)
  const previous = await aDeal(operator, await aStreamer(backend), campaign)
  await operator.post(`/api/deals/${previous}/cancel`)
  const negotiation = await anAgreement(operator, streamer, campaign)

  // The deal is held up half made, with the campaign in its hands.
  const obstacle = await backend.db.connect()
  await obstacle.query('begin')
  await obstacle.query('select from negotiations where public_id = $1 for update', [negotiation])
  await backend.query(
    `update campaigns set window_ends_at = now() + interval '2 seconds' where public_id = $1`,
    [campaign],
  )
  const deal = operator.post(`/api/negotiations/${negotiation}/deal`)
  await waiting(1)
  const ended = 'select from campaigns where public_id = $1 and window_ends_at <= now()'
  await until('the end', async () => (await backend.query(ended, [campaign])).length > 0, patience)
  const applied = applyDeadlines(backend.db, pino({ level: 'silent' }))
  await waiting(2)
  await obstacle.query('rollback')
  obstacle.release()

  expect((await deal).status).toBe(201)
  await applied
  expect((await operator.get(`/api/campaigns/${campaign}`)).body.status).toBe('in_progress')
})

const patience = { withinMs: 10_000, everyMs: 20 }

/** Resolves when so many statements wait for locks that others hold. */
function waiting(count: number) {
  return until(
    'statements wait for each other',
    async () => {
      const found = await backend.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return found.length >= count
    },
    patience,
  )
}
