import { expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import {
  aCampaign,
  aDeal,
  anOffer,
  anOperator,
  aStreamer,
  aSubmission,
  signIn,
  terms,
} from '../support/people.ts'

const backend = useBackend()

/** Every table with a public id, for which 2^30 serial numbers must last. */
const TABLES = [
  'operators',
  'streamers',
  'campaigns',
  'offers',
  'negotiations',
  'deals',
  'session_submissions',
  'kick_stream_sessions',
  'accounts',
]

/** How many ids each sequence gave away, less the rows that have one. */
async function wasted() {
  const entries = TABLES.map(async (table) => {
    const [row] = await backend.query<{ wasted: number }>(
      `select coalesce(last_value, 0)::int - (select count(*)::int from ${table}) as wasted
       from pg_sequences where schemaname = 'public' and sequencename = '${table}_id_seq'`,
    )
    return [table, row?.wasted]
  })
  return Object.fromEntries(await Promise.all(entries))
}

it('what is there already uses up no id', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const campaign = await aCampaign(operator)
  await anOffer(operator, streamer, campaign)
  for (let times = 0; times < 3; times++) {
    const body = { terms, streamer_id: streamer.id }
    const again = await operator.post(`/api/campaigns/${campaign}/offers`, body)
    expect(again).toMatchObject({ status: 409, body: { error: { state: 'pending' } } })
    expect((await operator.post('/api/operators', { name: 'Again' })).status).toBe(409)
    await signIn(backend, operator.email)
  }

  const deal = await aDeal(operator, streamer)
  for (let times = 0; times < 3; times++) {
    const submission = await aSubmission(streamer, deal)
    const path = `/api/deals/${deal}/submissions/1`
    const url = { stream_url: 'https://kick.com/video/2' }
    expect((await streamer.put(path, url)).status).toBe(409)
    await operator.post(`/api/submissions/${submission}/reject`, { reason: 'too short' })
  }

  const started_at = '2026-11-22T10:00:00Z'
  for (const is_live of [true, true, false, false, true]) {
    const ended_at = is_live ? null : '2026-11-22T12:00:00Z'
    await backend.fakes.sendWebhook({
      type: 'livestream.status.updated',
      broadcasterUserId: 4711,
      body: { is_live, started_at, ended_at },
    })
  }
  await expect
    .poll(
      async () => (await backend.query(`select from webhooks.incoming where result = 'ok'`)).length,
      { timeout: 15_000 },
    )
    .toBe(5)
  expect(await wasted()).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])))
})
