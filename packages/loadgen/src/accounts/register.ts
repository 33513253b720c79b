import { createHash, randomBytes } from 'node:crypto'
import { defaultCredentials } from '@verifluence/fakes'
import { eventTypes } from '@verifluence/fakes/kick'
import type { Me, Member } from '../session.ts'
import type { Simulation } from '../simulation.ts'
import type { Person, StreamerPerson } from './accounts.ts'

const redirectUri = 'http://localhost:5173/kick'
const scope = 'user:read channel:read events:subscribe'

/** Makes sure that a brand is registered. */
export async function admitOperator(person: Person, member: Member): Promise<void> {
  const { body } = await member.ask<Me>('GET', '/api/me')
  if (body.role === 'newcomer') await member.ask('POST', '/api/operators', { name: person.name })
}

/** Makes sure that a streamer exists on Kick and X, is registered, and has connected its channel. */
export async function registerStreamer(
  person: StreamerPerson,
  member: Member,
  { fakes }: Simulation,
): Promise<void> {
  const { kickUserId, slug, name, xUsername, followers, hidesViewers } = person
  await fakes.putChannel(kickUserId, { slug, username: name, hidesViewers })
  const knownOnX = (await fakes.xUsers()).some(({ username }) => username === xUsername)
  if (!knownOnX) await fakes.putXUser(xUsername, followers)
  await fakes.admitSubscriptions({ broadcasterUserId: kickUserId, events: [...eventTypes] })
  const { body } = await member.ask<Me>('GET', '/api/me')
  if (body.role === 'newcomer') {
    await member.ask('POST', '/api/streamers', { name, x_username: xUsername })
  }
  const tokens = await consent(fakes.url, kickUserId)
  await member.ask('PUT', '/api/me/kick', { kick_user_id: kickUserId, slug, tokens })
}

/** Goes through Kick's consent page and redeems the code, as the front end does. */
async function consent(fakesUrl: string, kickUserId: number): Promise<unknown> {
  const verifier = randomBytes(32).toString('base64url')
  const { kickClientId: client_id, kickClientSecret: client_secret } = defaultCredentials
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: redirectUri,
    scope,
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    user_id: String(kickUserId),
  })
  const page = await fetch(`${fakesUrl}/kick-id/oauth/authorize?${query}`, { redirect: 'manual' })
  const code = new URL(page.headers.get('location') ?? redirectUri).searchParams.get('code') ?? ''
  const answer = await fetch(`${fakesUrl}/kick-id/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id,
      client_secret,
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    }),
  })
  const { token_type: _, ...tokens } = JSON.parse(await answer.text())
  return tokens
}
