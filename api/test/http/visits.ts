import type { Backend } from '../support/backend.ts'
import type { Reply } from '../support/client.ts'
import {
  aCampaign,
  aDeal,
  aNegotiation,
  anAgreement,
  anEmail,
  anOffer,
  anOperator,
  aStreamer,
  aSubmission,
  type Member,
  pinOf,
  signIn,
  terms,
} from '../support/people.ts'

/** Who takes part in the visits. */
export interface Cast {
  readonly backend: Backend
  readonly operator: Member
  readonly streamer: Member
}

type Visit = (cast: Cast) => Promise<Reply>

/** A body that fits, for every operation that takes one. */
export const bodies: Readonly<Record<string, unknown>> = {
  'POST /api/sign-in/pin': { email: 'a@example.test' },
  'POST /api/sign-in': { email: 'a@example.test', pin: '000000' },
  'POST /api/operators': { name: 'Brand' },
  'POST /api/streamers': { name: 'Alpha' },
  'PUT /api/me/kick': { kick_user_id: 90_001, slug: 'alpha' },
  'POST /api/campaigns': { title: 'Autumn', brief: 'Tea', floors: terms, window_days: 30 },
  'POST /api/campaigns/{id}/fund': { deposit_reference: '0xabc' },
  'POST /api/campaigns/{id}/offers': { terms },
  'POST /api/negotiations/{id}/terms/{term}/counter': { value: 40 },
  'PUT /api/deals/{id}/submissions/{slot}': { stream_url: 'https://kick.com/video/1' },
  'POST /api/submissions/{id}/reject': { reason: 'too short' },
}

function newcomer({ backend }: Cast) {
  return signIn(backend)
}
function body(operation: string) {
  return bodies[operation]
}

/** What leads each operation to the answers that are its own. */
export const visits: Readonly<Record<string, Readonly<Record<number, Visit>>>> = {
  'GET /_liveness': { 200: ({ backend }) => backend.client().get('/_liveness') },
  'GET /_readiness': { 200: ({ backend }) => backend.client().get('/_readiness') },
  'GET /openapi.json': { 200: ({ backend }) => backend.client().get('/openapi.json') },
  'POST /wh/kick': {
    200: (cast) => webhook(cast),
    400: (cast) => webhook(cast, 'no-headers'),
    401: (cast) => webhook(cast, 'wrong-signature'),
    405: (cast) => webhook(cast, 'by-get'),
    413: (cast) => webhook(cast, 'too-large'),
    415: (cast) => webhook(cast, 'compressed'),
  },
  'POST /api/sign-in/pin': {
    202: ({ backend }) => backend.client().post('/api/sign-in/pin', { email: anEmail() }),
    429: async ({ backend }) => {
      const email = anEmail()
      for (let times = 0; times < 5; times++) {
        await backend.client().post('/api/sign-in/pin', { email })
      }
      return backend.client().post('/api/sign-in/pin', { email })
    },
  },
  'POST /api/sign-in': {
    200: async ({ backend }) => {
      const email = anEmail()
      const client = backend.client()
      await client.post('/api/sign-in/pin', { email })
      return client.post('/api/sign-in', { email, pin: await pinOf(backend, email) })
    },
    401: ({ backend }) => backend.client().post('/api/sign-in', body('POST /api/sign-in')),
    429: async ({ backend }) => {
      const email = anEmail()
      const client = backend.client()
      await client.post('/api/sign-in/pin', { email })
      const pin = (await pinOf(backend, email)) === '000000' ? '000001' : '000000'
      for (let tries = 0; tries < 5; tries++) await client.post('/api/sign-in', { email, pin })
      return client.post('/api/sign-in', { email, pin })
    },
  },
  'DELETE /api/sign-in': { 204: async (cast) => (await newcomer(cast)).delete('/api/sign-in') },
  'GET /api/me': { 200: ({ operator }) => operator.get('/api/me') },
  'POST /api/operators': {
    201: async (cast) => (await newcomer(cast)).post('/api/operators', { name: 'Brand' }),
    409: ({ operator }) => operator.post('/api/operators', { name: 'Brand' }),
  },
  'POST /api/streamers': {
    201: async (cast) => (await newcomer(cast)).post('/api/streamers', { name: 'Alpha' }),
    409: ({ operator }) => operator.post('/api/streamers', { name: 'Alpha' }),
  },
  'PUT /api/me/kick': {
    200: ({ streamer }) => streamer.put('/api/me/kick', body('PUT /api/me/kick')),
    409: async ({ backend }) =>
      (await aStreamer(backend)).put('/api/me/kick', body('PUT /api/me/kick')),
  },
  'GET /api/streamers': { 200: ({ operator }) => operator.get('/api/streamers') },
  'GET /api/streamers/{id}': {
    200: ({ operator, streamer }) => operator.get(`/api/streamers/${streamer.id}`),
  },
  'GET /api/streamers/{id}/streams': {
    200: ({ operator, streamer }) => operator.get(`/api/streamers/${streamer.id}/streams`),
  },
  'GET /api/campaigns': { 200: ({ streamer }) => streamer.get('/api/campaigns?status=funded') },
  'POST /api/campaigns': {
    201: ({ operator }) => operator.post('/api/campaigns', body('POST /api/campaigns')),
  },
  'GET /api/campaigns/{id}': {
    200: async ({ operator }) => operator.get(`/api/campaigns/${await aCampaign(operator)}`),
  },
  'POST /api/campaigns/{id}/fund': {
    200: async ({ operator }) => fund(operator, await aCampaign(operator, { funded: false })),
    409: async ({ operator }) => fund(operator, await aCampaign(operator)),
  },
  'POST /api/campaigns/{id}/cancel': {
    200: async ({ operator }) =>
      operator.post(`/api/campaigns/${await aCampaign(operator)}/cancel`),
    409: async ({ operator }) => {
      const campaign = await aCampaign(operator)
      await operator.post(`/api/campaigns/${campaign}/cancel`)
      return operator.post(`/api/campaigns/${campaign}/cancel`)
    },
  },
  'POST /api/campaigns/{id}/offers': {
    201: async ({ operator, streamer }) =>
      streamer.post(`/api/campaigns/${await aCampaign(operator)}/offers`, { terms }),
    409: async ({ operator, streamer }) => {
      const campaign = await aCampaign(operator, { funded: false })
      return streamer.post(`/api/campaigns/${campaign}/offers`, { terms })
    },
  },
  'GET /api/offers': { 200: ({ operator }) => operator.get('/api/offers?limit=3') },
  'GET /api/offers/{id}': {
    200: async ({ operator, streamer }) =>
      streamer.get(`/api/offers/${(await anOffer(operator, streamer)).id}`),
  },
  ...Object.fromEntries(
    (['accept', 'decline', 'withdraw'] as const).map((move) => [
      `POST /api/offers/{id}/${move}`,
      {
        200: async ({ operator, streamer }: Cast) => {
          const { id } = await anOffer(operator, streamer)
          return (move === 'withdraw' ? operator : streamer).post(`/api/offers/${id}/${move}`)
        },
        403: async ({ operator, streamer }: Cast) => {
          const { id } = await anOffer(operator, streamer)
          return (move === 'withdraw' ? streamer : operator).post(`/api/offers/${id}/${move}`)
        },
        409: async ({ operator, streamer }: Cast) => {
          const { id } = await anOffer(operator, streamer)
          await streamer.post(`/api/offers/${id}/decline`)
          return (move === 'withdraw' ? operator : streamer).post(`/api/offers/${id}/${move}`)
        },
      },
    ]),
  ),
  'GET /api/negotiations': { 200: ({ operator }) => operator.get('/api/negotiations') },
  'GET /api/negotiations/{id}': {
    200: async ({ operator, streamer }) =>
      operator.get(`/api/negotiations/${await aNegotiation(operator, streamer)}`),
  },
  'POST /api/negotiations/{id}/cancel': {
    200: async ({ operator, streamer }) =>
      streamer.post(`/api/negotiations/${await aNegotiation(operator, streamer)}/cancel`),
    409: async ({ operator, streamer }) =>
      streamer.post(`/api/negotiations/${await anAgreement(operator, streamer)}/cancel`),
  },
  'POST /api/negotiations/{id}/terms/{term}/approve': {
    200: async ({ operator, streamer }) => {
      const id = await aNegotiation(operator, streamer)
      return streamer.post(`/api/negotiations/${id}/terms/timeframe/approve`)
    },
    409: async ({ operator, streamer }) => {
      const id = await anAgreement(operator, streamer)
      return streamer.post(`/api/negotiations/${id}/terms/timeframe/approve`)
    },
  },
  'POST /api/negotiations/{id}/terms/{term}/counter': {
    200: async ({ operator, streamer }) => {
      const id = await aNegotiation(operator, streamer)
      return streamer.post(`/api/negotiations/${id}/terms/timeframe/counter`, { value: 40 })
    },
    409: async ({ operator, streamer }) => {
      const id = await anAgreement(operator, streamer)
      return streamer.post(`/api/negotiations/${id}/terms/timeframe/counter`, { value: 40 })
    },
  },
  'POST /api/negotiations/{id}/deal': {
    201: async ({ operator, streamer }) =>
      operator.post(`/api/negotiations/${await anAgreement(operator, streamer)}/deal`),
    409: async ({ operator, streamer }) =>
      operator.post(`/api/negotiations/${await aNegotiation(operator, streamer)}/deal`),
  },
  'GET /api/deals': { 200: ({ operator }) => operator.get('/api/deals') },
  'GET /api/deals/{id}': {
    200: async ({ operator, streamer }) =>
      operator.get(`/api/deals/${await aDeal(operator, streamer)}`),
  },
  ...Object.fromEntries(
    ['cancel', 'refund'].map((move) => [
      `POST /api/deals/{id}/${move}`,
      {
        200: async ({ operator, streamer }: Cast) =>
          operator.post(`/api/deals/${await aDeal(operator, streamer)}/${move}`),
        409: async ({ operator, streamer }: Cast) => {
          const deal = await aDeal(operator, streamer)
          await operator.post(`/api/deals/${deal}/cancel`)
          return operator.post(`/api/deals/${deal}/${move}`)
        },
      },
    ]),
  ),
  'GET /api/deals/{id}/submissions': {
    200: async ({ operator, streamer }) => {
      const deal = await aDeal(operator, streamer)
      await aSubmission(streamer, deal)
      return operator.get(`/api/deals/${deal}/submissions`)
    },
  },
  'PUT /api/deals/{id}/submissions/{slot}': {
    200: async ({ operator, streamer }) => handIn(streamer, await aDeal(operator, streamer)),
    409: async ({ operator, streamer }) => {
      const deal = await aDeal(operator, streamer)
      await handIn(streamer, deal)
      return handIn(streamer, deal)
    },
  },
  'GET /api/submissions/{id}': {
    200: async ({ operator, streamer }) => {
      const id = await aSubmission(streamer, await aDeal(operator, streamer))
      return streamer.get(`/api/submissions/${id}`)
    },
  },
  ...Object.fromEntries(
    ['confirm', 'reject'].map((verdict) => [
      `POST /api/submissions/{id}/${verdict}`,
      {
        200: async ({ operator, streamer }: Cast) => {
          const id = await aSubmission(streamer, await aDeal(operator, streamer))
          return operator.post(`/api/submissions/${id}/${verdict}`, { reason: 'x' })
        },
        409: async ({ operator, streamer }: Cast) => {
          const id = await aSubmission(streamer, await aDeal(operator, streamer))
          await operator.post(`/api/submissions/${id}/confirm`)
          return operator.post(`/api/submissions/${id}/${verdict}`, { reason: 'x' })
        },
      },
    ]),
  ),
}

function fund(operator: Member, campaign: string) {
  return operator.post(`/api/campaigns/${campaign}/fund`, { deposit_reference: 'x' })
}

function handIn(streamer: Member, deal: string) {
  return streamer.put(`/api/deals/${deal}/submissions/1`, {
    stream_url: 'https://kick.com/video/1',
  })
}

type Variant = NonNullable<Parameters<Backend['fakes']['sendWebhook']>[0]['variant']>

async function webhook({ backend }: Cast, variant?: Variant): Promise<Reply> {
  const order = { type: 'chat.message.sent', broadcasterUserId: 4711 } as const
  const [delivery] = await backend.fakes.sendWebhook(variant ? { ...order, variant } : order)
  const { outcome, answer } = delivery ?? { outcome: '0', answer: '' }
  return { status: Number(outcome), headers: new Headers(), body: answer }
}

/** Signs the whole cast in. */
export async function castOf(backend: Backend): Promise<Cast> {
  return {
    backend,
    operator: await anOperator(backend),
    streamer: await aStreamer(backend),
  }
}

/** The path of an operation with made-up ids that look right. */
export function somePath(path: string): string {
  return path
    .replace('{term}', 'timeframe')
    .replace('{slot}', '1')
    .replace('{id}', `${PREFIXES[path.split('/')[2] ?? ''] ?? 'C'}-000000`)
}

const PREFIXES: Readonly<Record<string, string>> = {
  streamers: 'ST',
  campaigns: 'C',
  offers: 'O',
  negotiations: 'N',
  deals: 'D',
  submissions: 'S',
}
