import { randomUUID } from 'node:crypto'
import type { Backend } from './backend.ts'
import type { Client } from './client.ts'

/** A client that is signed in as one side. */
export interface Member extends Client {
  readonly id: string
  readonly email: string
}

export const terms = {
  timeframe: 30,
  deliveries: 2,
  min_viewers: 100,
  min_duration: 60,
  payment_per_stream: 5000,
}

export function anEmail() {
  return `${randomUUID()}@example.test`
}

/** Signs a client in, as its owner would: ask for a PIN, read the e-mail, send the PIN. */
export async function signIn(backend: Backend, email = anEmail()): Promise<Client> {
  const client = backend.client()
  await client.post('/api/sign-in/pin', { email })
  const signedIn = await client.post('/api/sign-in', { email, pin: await pinOf(backend, email) })
  if (signedIn.status !== 200) throw new Error(`not signed in: ${JSON.stringify(signedIn.body)}`)
  return client
}

/** The PIN of the last e-mail to an address. */
export async function pinOf(backend: Backend, email: string): Promise<string> {
  const last = (await backend.fakes.emails(email)).at(-1)
  const pin = last?.text.match(/\b\d{6}\b/)?.[0]
  if (!pin) throw new Error(`no PIN was sent to ${email}`)
  return pin
}

export async function anOperator(backend: Backend): Promise<Member> {
  const email = anEmail()
  const client = await signIn(backend, email)
  const { body } = await client.post('/api/operators', { name: 'Brand' })
  return Object.assign(client, { id: body.id, email })
}

export async function aStreamer(backend: Backend, kickUserId?: number): Promise<Member> {
  const email = anEmail()
  const client = await signIn(backend, email)
  const { body } = await client.post('/api/streamers', { name: 'Alpha' })
  if (kickUserId !== undefined) {
    await client.put('/api/me/kick', { kick_user_id: kickUserId, slug: `slug-${kickUserId}` })
  }
  return Object.assign(client, { id: body.id, email })
}

/** A campaign whose floors are half of `terms`. */
export async function aCampaign(operator: Client, { funded = true } = {}): Promise<string> {
  const floors = Object.fromEntries(
    Object.entries(terms).map(([term, value]) => [term, Math.ceil(value / 2)]),
  )
  const campaign = { title: 'Autumn', brief: 'Drink tea', floors, window_days: 30 }
  const { body } = await operator.post('/api/campaigns', campaign)
  if (funded) await operator.post(`/api/campaigns/${body.id}/fund`, { deposit_reference: '0xabc' })
  return body.id
}

/** An offer of the operator that waits for the streamer. */
export async function anOffer(operator: Member, streamer: Member, campaign?: string) {
  const id = campaign ?? (await aCampaign(operator))
  const { body } = await operator.post(`/api/campaigns/${id}/offers`, {
    terms,
    streamer_id: streamer.id,
  })
  return body as { id: string; campaign_id: string }
}

export async function aNegotiation(
  operator: Member,
  streamer: Member,
  campaign?: string,
): Promise<string> {
  const offer = await anOffer(operator, streamer, campaign)
  const { body } = await streamer.post(`/api/offers/${offer.id}/accept`)
  return body.negotiation_id
}

export async function anAgreement(
  operator: Member,
  streamer: Member,
  campaign?: string,
): Promise<string> {
  const id = await aNegotiation(operator, streamer, campaign)
  for (const term of Object.keys(terms)) {
    await operator.post(`/api/negotiations/${id}/terms/${term}/approve`)
    await streamer.post(`/api/negotiations/${id}/terms/${term}/approve`)
  }
  return id
}

export async function aDeal(
  operator: Member,
  streamer: Member,
  campaign?: string,
): Promise<string> {
  const negotiation = await anAgreement(operator, streamer, campaign)
  const { body } = await operator.post(`/api/negotiations/${negotiation}/deal`)
  return body.id
}

export async function aSubmission(streamer: Member, deal: string, slot = 1): Promise<string> {
  const { body } = await streamer.put(`/api/deals/${deal}/submissions/${slot}`, {
    stream_url: 'https://kick.com/video/1',
  })
  return body.id
}
