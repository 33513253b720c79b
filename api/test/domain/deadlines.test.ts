import { until } from '@verifluence/stack/until'
import { expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { aCampaign, aDeal, anOffer, anOperator, aStreamer, terms } from '../support/people.ts'

const backend = useBackend()

const state = async (table: string, id: string) => {
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

  // A replica that starts applies deadlines at once, as each tick does.
  await backend.replica()
  await until('expiry', async () => (await state('offers', id)) === 'expired', { withinMs: 10_000 })
  expect(await state('offers', patient)).toBe('pending')
  expect((await anOffer(operator, streamer, campaign)).id).not.toBe(id)
})

it('completes a campaign when its window is over and its last deal too', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const [busy, done] = [await aCampaign(operator), await aCampaign(operator)]
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
})
