import { setTimeout as wait } from 'node:timers/promises'
import type { FakesClient } from '@verifluence/fakes'
import { request, unreachable } from './request.ts'

const looks = 40
const pause = 250

/**
 * Signs in as a person does: asks for a PIN, reads it in the e-mail, types it in.
 * Returns the session cookie.
 * @throws Error named {@link unreachable} when it does not work out now
 */
export async function signIn(apiUrl: string, fakes: FakesClient, email: string): Promise<string> {
  const known = new Set((await fakes.emails(email)).map(({ id }) => id))
  const asked = await request(`${apiUrl}/api/sign-in/pin`, 'POST', { body: { email } })
  if (asked.status !== 202) throw notNow(email, `asking for a PIN gave ${asked.status}`)
  const pin = await newestPin(fakes, email, known)
  const reply = await request(`${apiUrl}/api/sign-in`, 'POST', { body: { email, pin } })
  if (reply.status !== 200) throw notNow(email, `the PIN gave ${reply.status}`)
  return reply.cookie
}

async function newestPin(
  fakes: FakesClient,
  email: string,
  known: ReadonlySet<string>,
): Promise<string> {
  for (let look = 0; look < looks; look += 1) {
    const fresh = (await fakes.emails(email)).findLast(({ id }) => !known.has(id))
    const pin = /\b\d{6}\b/.exec(fresh?.text ?? '')?.[0]
    if (pin !== undefined) return pin
    await wait(pause)
  }
  throw notNow(email, 'no e-mail with a PIN arrived')
}

const notNow = (email: string, reason: string): Error =>
  Object.assign(new Error(`${email} cannot sign in: ${reason}`), { name: unreachable })
