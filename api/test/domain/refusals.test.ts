import { beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
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
let strangers: readonly Member[]

beforeAll(async () => {
  operator = await anOperator(backend)
  streamer = await aStreamer(backend)
  strangers = [await anOperator(backend), await aStreamer(backend)]
})

describe("another account's", () => {
  it('offer does not exist, whatever is tried on it', async () => {
    const { id } = await anOffer(operator, streamer)
    for (const stranger of strangers) {
      const seen = await stranger.get(`/api/offers/${id}`)
      expect(seen).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
      for (const move of ['accept', 'decline', 'withdraw']) {
        expect((await stranger.post(`/api/offers/${id}/${move}`)).status).toBe(404)
      }
      expect((await stranger.get('/api/offers')).body.items).toEqual([])
    }
    expect((await streamer.get(`/api/offers/${id}`)).body.status).toBe('pending')
  })

  it('negotiation, deal and submission do not exist either', async () => {
    const negotiation = await aNegotiation(operator, streamer)
    const deal = await aDeal(operator, streamer)
    const submission = await aSubmission(streamer, deal)
    for (const stranger of strangers) {
      const replies = [
        await stranger.get(`/api/negotiations/${negotiation}`),
        await stranger.post(`/api/negotiations/${negotiation}/terms/timeframe/approve`),
        await stranger.post(`/api/negotiations/${negotiation}/cancel`),
        await stranger.get(`/api/deals/${deal}`),
        await stranger.get(`/api/deals/${deal}/submissions`),
        await stranger.post(`/api/deals/${deal}/cancel`),
        await stranger.get(`/api/submissions/${submission}`),
      ]
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 404))
    }
  })

  it('campaign can be neither seen, funded, cancelled nor offered by another operator', async () => {
    const campaign = await aCampaign(operator, { funded: false })
    const [otherOperator] = strangers
    const path = `/api/campaigns/${campaign}`
    const replies = [
      await otherOperator?.get(path),
      await otherOperator?.post(`${path}/fund`, { deposit_reference: 'x' }),
      await otherOperator?.post(`${path}/cancel`),
      await otherOperator?.post(`${path}/offers`, { terms, streamer_id: streamer.id }),
    ]
    expect(replies.map((reply) => reply?.status)).toEqual([404, 404, 404, 404])
    expect((await streamer.get(path)).status).toBe(404)
  })
})

describe('the wrong role is refused', () => {
  it.each([
    ['a streamer creates a campaign', () => streamer.post('/api/campaigns', aNewCampaign)],
    [
      'an operator connects Kick',
      () => operator.put('/api/me/kick', { kick_user_id: 1, slug: 'a' }),
    ],
    ['the initiator accepts', async () => operator.post(`/api/offers/${await pending()}/accept`)],
    ['the initiator declines', async () => operator.post(`/api/offers/${await pending()}/decline`)],
    [
      'the receiver withdraws',
      async () => streamer.post(`/api/offers/${await pending()}/withdraw`),
    ],
    [
      'a streamer makes the deal',
      async () => streamer.post(`/api/negotiations/${await anAgreement(operator, streamer)}/deal`),
    ],
    [
      'a streamer takes a refund',
      async () => streamer.post(`/api/deals/${await aDeal(operator, streamer)}/refund`),
    ],
    [
      'an operator hands in a stream',
      async () =>
        operator.put(`/api/deals/${await aDeal(operator, streamer)}/submissions/1`, {
          stream_url: 'https://kick.com/video/1',
        }),
    ],
    [
      'a streamer confirms its own stream',
      async () => {
        const deal = await aDeal(operator, streamer)
        return streamer.post(`/api/submissions/${await aSubmission(streamer, deal)}/confirm`)
      },
    ],
  ])('%s: 403', async (_what, attempt) => {
    expect(await attempt()).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
  })

  const pending = async () => (await anOffer(operator, streamer)).id
})

const floors = { ...terms, deliveries: 2 }
const aNewCampaign = { title: 'Autumn', brief: 'Tea', floors, window_days: 30 }

describe('a refused body names the field', () => {
  it.each([
    ['title', { ...aNewCampaign, title: '' }],
    ['title', { ...aNewCampaign, title: 'a\0b' }],
    ['brief', { ...aNewCampaign, brief: 7 }],
    ['floors.deliveries', { ...aNewCampaign, floors: { ...floors, deliveries: 0 } }],
    ['floors.min_viewers', { ...aNewCampaign, floors: { ...floors, min_viewers: 1.5 } }],
    ['floors.timeframe', { ...aNewCampaign, floors: { ...floors, timeframe: 1e12 } }],
    ['window_days', { ...aNewCampaign, window_days: '30' }],
    ['body', []],
  ])('%s', async (field, body) => {
    expect(await operator.post('/api/campaigns', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', field } },
    })
  })

  it('also when it is no JSON, or not even said to be', async () => {
    const cookie = operator.setCookie.split(';')[0] ?? ''
    for (const type of ['application/json', 'text/plain']) {
      const response = await fetch(`${backend.url}/api/campaigns`, {
        method: 'POST',
        headers: { cookie, 'content-type': type },
        body: '{',
      })
      expect(response.status).toBe(type === 'text/plain' ? 415 : 400)
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_input' } })
    }
  })

  it('and the limit of a page', async () => {
    const reply = await operator.get('/api/offers?limit=1000')
    expect(reply).toMatchObject({ status: 400, body: { error: { field: 'limit' } } })
  })
})

describe('floors', () => {
  it('refuse an offer and a counter below them, naming the term and the floor', async () => {
    const campaign = await aCampaign(operator)
    const low = { ...terms, payment_per_stream: 2499 }
    const offered = await streamer.post(`/api/campaigns/${campaign}/offers`, { terms: low })
    expect(offered).toMatchObject({
      status: 400,
      body: { error: { code: 'below_floor', field: 'terms.payment_per_stream' } },
    })
    expect(offered.body.error.message).toContain('2500')

    const negotiation = await aNegotiation(operator, streamer, campaign)
    const path = `/api/negotiations/${negotiation}/terms/payment_per_stream/counter`
    const countered = await streamer.post(path, { value: 2499 })
    expect(countered.body.error).toMatchObject({ code: 'below_floor', field: 'payment_per_stream' })
    expect((await streamer.post(path, { value: 2500 })).status).toBe(200)
  })
})

it('a counter beyond what its term can be is refused, here and by the database', async () => {
  const negotiation = await aNegotiation(operator, streamer)
  const counter = (term: string, value: number) =>
    streamer.post(`/api/negotiations/${negotiation}/terms/${term}/counter`, { value })
  for (const value of [1001, 5000]) {
    expect(await counter('deliveries', value)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', field: 'value' } },
    })
  }
  expect((await counter('deliveries', 1000)).status).toBe(200)
  expect((await counter('min_viewers', 5000)).status).toBe(200)
  await expect(
    backend.query(`update negotiation_terms set value = 1001 where term = 'deliveries'`),
  ).rejects.toThrow('negotiation_terms_deliveries')
})

describe('the wrong state is named', () => {
  const states: [string, () => Promise<{ status: number; body: unknown }>, string][] = [
    [
      'an offer on a campaign without money',
      async () => {
        const campaign = await aCampaign(operator, { funded: false })
        return operator.post(`/api/campaigns/${campaign}/offers`, {
          terms,
          streamer_id: streamer.id,
        })
      },
      'prepared',
    ],
    [
      'funding twice',
      async () =>
        operator.post(`/api/campaigns/${await aCampaign(operator)}/fund`, {
          deposit_reference: 'x',
        }),
      'funded',
    ],
    [
      'declining what was accepted',
      async () => {
        const { id } = await anOffer(operator, streamer)
        await streamer.post(`/api/offers/${id}/accept`)
        return streamer.post(`/api/offers/${id}/decline`)
      },
      'accepted',
    ],
    [
      'accepting what was withdrawn',
      async () => {
        const { id } = await anOffer(operator, streamer)
        await operator.post(`/api/offers/${id}/withdraw`)
        return streamer.post(`/api/offers/${id}/accept`)
      },
      'withdrawn',
    ],
    [
      'a deal before all is agreed',
      async () => operator.post(`/api/negotiations/${await aNegotiation(operator, streamer)}/deal`),
      'in_progress',
    ],
    [
      'countering what was agreed',
      async () => {
        const id = await anAgreement(operator, streamer)
        return operator.post(`/api/negotiations/${id}/terms/timeframe/counter`, { value: 40 })
      },
      'agreed',
    ],
    [
      'handing in for a deal that is over',
      async () => {
        const deal = await aDeal(operator, streamer)
        await operator.post(`/api/deals/${deal}/cancel`)
        return streamer.put(`/api/deals/${deal}/submissions/1`, {
          stream_url: 'https://kick.com/1',
        })
      },
      'cancelled',
    ],
    [
      'handing in while a review is open',
      async () => {
        const deal = await aDeal(operator, streamer)
        await aSubmission(streamer, deal)
        return streamer.put(`/api/deals/${deal}/submissions/1`, {
          stream_url: 'https://kick.com/2',
        })
      },
      'pending_review',
    ],
    [
      'rejecting what was confirmed',
      async () => {
        const id = await aSubmission(streamer, await aDeal(operator, streamer))
        await operator.post(`/api/submissions/${id}/confirm`)
        return operator.post(`/api/submissions/${id}/reject`, { reason: 'no' })
      },
      'confirmed',
    ],
  ]
  it.each(states)('%s: 409', async (_what, attempt, state) => {
    expect(await attempt()).toMatchObject({
      status: 409,
      body: { error: { code: 'wrong_state', state } },
    })
  })

  it('and there is one pending offer between two, one deal of a negotiation, one side of an account', async () => {
    const campaign = await aCampaign(operator)
    await anOffer(operator, streamer, campaign)
    const twice = await streamer.post(`/api/campaigns/${campaign}/offers`, { terms })
    const negotiation = await anAgreement(operator, streamer)
    await operator.post(`/api/negotiations/${negotiation}/deal`)
    const deal = await operator.post(`/api/negotiations/${negotiation}/deal`)
    const side = await operator.post('/api/streamers', { name: 'Both' })
    for (const reply of [twice, deal, side]) {
      expect(reply).toMatchObject({ status: 409, body: { error: { code: 'already_exists' } } })
    }
  })
})

it('a slot that the deal does not have is refused by name', async () => {
  const deal = await aDeal(operator, streamer)
  const body = { stream_url: 'https://kick.com/video/1' }
  const reply = await streamer.put(`/api/deals/${deal}/submissions/3`, body)
  expect(reply).toMatchObject({ status: 400, body: { error: { field: 'slot' } } })
  expect((await streamer.put(`/api/deals/${deal}/submissions/0`, body)).status).toBe(404)
})
