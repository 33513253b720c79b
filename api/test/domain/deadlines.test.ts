import { until } from '@verifluence/testkit'
import { expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import {
  aCampaign,
  aDeal,
  aNegotiation,
  anAgreement,
  anOffer,
  anOperator,
  aStreamer,
  terms,
} from '../support/people.ts'

const backend = useBackend()

async function state(table: string, id: string) {
  const [found] = await backend.query<{ status: string }>(
    `select status from ${table} where public_id = $1`,
    [id],
  )
  return found?.status
}

it("lets an operator's offer expire after seven days, and a streamer's never", async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const campaign = await aCampaign(operator)
  const { id } = await anOffer(operator, streamer, campaign)
  const patient = (
    await streamer.post(`/api/campaigns/${await aCampaign(operator)}/offers`, { terms })
  ).body.id
  await backend.query(`update offers set created_at = created_at - interval '7 days',
    expires_at = expires_at - interval '7 days'`)

  // Even before anybody has written it down.
  expect((await streamer.get(`/api/offers/${id}`)).body.status).toBe('expired')
  const late = await streamer.post(`/api/offers/${id}/accept`)
  expect(late).toMatchObject({ status: 409, body: { error: { state: 'expired' } } })

  // Nor does it block a new one until then.
  const next = await anOffer(operator, streamer, campaign)
  expect(next.id).toMatch(/^O-/)
  expect(await state('offers', id)).toBe('expired')
  const again = await operator.post(`/api/campaigns/${campaign}/offers`, {
    terms,
    streamer_id: streamer.id,
  })
  expect(again).toMatchObject({ status: 409, body: { error: { state: 'pending' } } })

  const other = await anOffer(operator, streamer)
  await backend.query('update offers set expires_at = now() where public_id = $1', [other.id])
  // A replica that starts applies deadlines at once, as each tick does.
  await backend.replica()
  await until('expiry', async () => (await state('offers', other.id)) === 'expired', {
    withinMs: 10_000,
  })
  expect(await state('offers', patient)).toBe('pending')
})

it('completes a campaign when its window is over and its last deal too', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const [busy, done] = [await aCampaign(operator), await aCampaign(operator)]
  const offer = await anOffer(operator, await aStreamer(backend), done)
  const negotiation = await aNegotiation(operator, await aStreamer(backend), done)
  await aDeal(operator, streamer, busy)
  const deal = await aDeal(operator, streamer, done)
  await operator.post(`/api/deals/${deal}/cancel`)
  await backend.query(`update campaigns set window_ends_at = now() where public_id in ($1, $2)`, [
    busy,
    done,
  ])
  await backend.replica()
  await until('completion', async () => (await state('campaigns', done)) === 'completed', {
    withinMs: 10_000,
  })
  expect(await state('campaigns', busy)).toBe('in_progress')
  // Who has a deal can read what it was about; no one else can any more.
  for (const campaign of [busy, done])
    expect((await streamer.get(`/api/campaigns/${campaign}`)).status).toBe(200)
  const stranger = await aStreamer(backend)
  expect((await stranger.get(`/api/campaigns/${busy}`)).status).toBe(404)
  expect(await state('offers', offer.id)).toBe('withdrawn')
  expect(await state('negotiations', negotiation)).toBe('cancelled')
})

it('leaves a campaign whose window is over to its operator: no offers, no deals, no completion', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const campaign = await aCampaign(operator)
  const agreed = await anAgreement(operator, streamer, campaign)
  const waiting = await anOffer(operator, await aStreamer(backend), campaign)
  await backend.query('update campaigns set window_ends_at = now() where public_id = $1', [
    campaign,
  ])

  const late = [
    await streamer.post(`/api/campaigns/${campaign}/offers`, { terms }),
    await operator.post(`/api/negotiations/${agreed}/deal`),
  ]
  for (const reply of late) {
    expect(reply).toMatchObject({ status: 409, body: { error: { state: 'funded' } } })
    expect(reply.body.error.message).toContain('window')
  }
  expect((await streamer.get(`/api/campaigns/${campaign}`)).status).toBe(404)
  await backend.replica()
  expect(await state('campaigns', campaign)).toBe('funded')
  expect((await operator.post(`/api/campaigns/${campaign}/cancel`)).body.status).toBe('cancelled')
  expect(await state('offers', waiting.id)).toBe('withdrawn')
})
