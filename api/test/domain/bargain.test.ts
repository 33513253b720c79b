import { expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { aCampaign, aDeal, anOperator, aStreamer, aSubmission, terms } from '../support/people.ts'

const backend = useBackend()

it('leads from a campaign to a completed deal', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const campaign = await aCampaign(operator, { funded: false })
  expect((await operator.get(`/api/campaigns/${campaign}`)).body.status).toBe('prepared')
  await operator.post(`/api/campaigns/${campaign}/fund`, { deposit_reference: '0xabc' })

  const offered = await streamer.post(`/api/campaigns/${campaign}/offers`, { terms })
  expect(offered.body).toMatchObject({ initiator: 'streamer', status: 'pending', terms })
  expect(offered.body.expires_at).toBeNull()
  const accepted = await operator.post(`/api/offers/${offered.body.id}/accept`)
  expect(accepted.body.status).toBe('accepted')

  const negotiation = `/api/negotiations/${accepted.body.negotiation_id}`
  await operator.post(`${negotiation}/terms/deliveries/approve`)
  const countered = await streamer.post(`${negotiation}/terms/deliveries/counter`, { value: 1 })
  expect(countered.body.terms.deliveries).toEqual({
    value: 1,
    operator_approved: false,
    streamer_approved: true,
  })
  for (const term of Object.keys(terms)) {
    expect((await operator.get(negotiation)).body.status).toBe('in_progress')
    await operator.post(`${negotiation}/terms/${term}/approve`)
    await streamer.post(`${negotiation}/terms/${term}/approve`)
  }
  expect((await streamer.get(negotiation)).body.status).toBe('agreed')

  const deal = (await operator.post(`${negotiation}/deal`)).body
  expect(deal).toMatchObject({ status: 'active', confirmed: 0, terms: { ...terms, deliveries: 1 } })
  expect((await operator.get(`/api/campaigns/${campaign}`)).body.status).toBe('in_progress')

  const submission = await aSubmission(streamer, deal.id)
  await operator.post(`/api/submissions/${submission}/reject`, { reason: 'too short' })
  const rejected = await streamer.get(`/api/submissions/${submission}`)
  expect(rejected.body).toMatchObject({ status: 'rejected', rejection_reason: 'too short' })
  expect(await aSubmission(streamer, deal.id)).toBe(submission)
  const confirmed = await operator.post(`/api/submissions/${submission}/confirm`)
  expect(confirmed.body).toMatchObject({ status: 'confirmed', rejection_reason: null })
  expect((await streamer.get(`/api/deals/${deal.id}`)).body).toMatchObject({
    status: 'completed',
    confirmed: 1,
  })
})

it('completes a deal with its last slot and not before', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const deal = await aDeal(operator, streamer)
  for (const slot of [1, 2]) {
    expect((await streamer.get(`/api/deals/${deal}`)).body.status).toBe('active')
    const submission = await aSubmission(streamer, deal, slot)
    await operator.post(`/api/submissions/${submission}/confirm`)
  }
  expect((await streamer.get(`/api/deals/${deal}`)).body.status).toBe('completed')
})

it('takes a tracked stream of the streamer as proof, once', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend, 8101)
  const other = await aStreamer(backend, 8102)
  await backend.query(
    `insert into kick_stream_sessions (kick_user_id, started_at, opened_by) values (8101, now(), 'webhook')`,
  )
  const streams = await streamer.get(`/api/streamers/${streamer.id}/streams`)
  const stream_id = streams.body.items[0].id
  expect((await operator.get(`/api/streamers/${streamer.id}`)).body.live).toBe(true)

  const deal = await aDeal(operator, streamer)
  const submitted = await streamer.put(`/api/deals/${deal}/submissions/1`, { stream_id })
  expect(submitted.body).toMatchObject({ status: 'pending_review', stream_id, stream_url: null })
  const again = await streamer.put(`/api/deals/${deal}/submissions/2`, { stream_id })
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'already_exists' } } })
  const foreign = await other.put(`/api/deals/${await aDeal(operator, other)}/submissions/1`, {
    stream_id,
  })
  expect(foreign).toMatchObject({ status: 400, body: { error: { field: 'stream_id' } } })
})

it('gives up a deal: cancelled while nothing counts, refunded unless a review is open', async () => {
  const operator = await anOperator(backend)
  const streamer = await aStreamer(backend)
  const first = await aDeal(operator, streamer)
  expect((await streamer.post(`/api/deals/${first}/cancel`)).body.status).toBe('cancelled')

  const second = await aDeal(operator, streamer)
  const submission = await aSubmission(streamer, second)
  const refused = await operator.post(`/api/deals/${second}/refund`)
  expect(refused).toMatchObject({ status: 409, body: { error: { state: 'pending_review' } } })
  await operator.post(`/api/submissions/${submission}/confirm`)
  const tooLate = await streamer.post(`/api/deals/${second}/cancel`)
  expect(tooLate).toMatchObject({ status: 409, body: { error: { state: 'confirmed' } } })
  expect((await operator.post(`/api/deals/${second}/refund`)).body.status).toBe('refunded')
})

it('ends what hangs on a campaign when it is cancelled, but not while a deal is active', async () => {
  const operator = await anOperator(backend)
  const [streamer, other] = [await aStreamer(backend), await aStreamer(backend)]
  const campaign = await aCampaign(operator)
  const deal = await aDeal(operator, streamer, campaign)
  const offer = await other.post(`/api/campaigns/${campaign}/offers`, { terms })
  const refused = await operator.post(`/api/campaigns/${campaign}/cancel`)
  expect(refused).toMatchObject({ status: 409, body: { error: { state: 'in_progress' } } })

  await operator.post(`/api/deals/${deal}/cancel`)
  expect((await operator.post(`/api/campaigns/${campaign}/cancel`)).body.status).toBe('cancelled')
  expect((await other.get(`/api/offers/${offer.body.id}`)).body.status).toBe('declined')
})

it('pages through a list, newest first, without a gap or a repetition', async () => {
  const operator = await anOperator(backend)
  const made: string[] = []
  for (let count = 0; count < 7; count++) made.unshift(await aCampaign(operator))
  const listed: string[] = []
  let after = ''
  for (;;) {
    const { body } = await operator.get(`/api/campaigns?limit=3${after}`)
    listed.push(...body.items.map(({ id }: { id: string }) => id))
    if (body.next === null) break
    after = `&after=${body.next}`
  }
  expect(listed).toEqual(made)
  const funded = await operator.get('/api/campaigns?status=completed')
  expect(funded.body).toEqual({ items: [], next: null })
})
