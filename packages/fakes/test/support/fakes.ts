import { afterAll } from 'vitest'
import { createFakesClient, type FakesOptions, startFakes } from '../../src/index.ts'
import { json } from './json.ts'

/** A fakes for one test file, with a clock that the test may move. */
export async function startTestFakes(options: Partial<FakesOptions> = {}) {
  let shift = 0
  const fakes = await startFakes({ port: 0, clock: () => Date.now() + shift, ...options })
  afterAll(fakes.close)
  return {
    url: fakes.url,
    client: createFakesClient(fakes.url),
    /** Moves the fakes's clock ahead, or back. */
    passSeconds(seconds: number): void {
      shift += seconds * 1000
    },
  }
}

/** An app token, as the backend gets one. */
export async function appToken(url: string): Promise<string> {
  const answer = askForToken(url, { grant_type: 'client_credentials' })
  return (await json<{ access_token: string }>(answer)).access_token
}

/** Calls Kick's token endpoint with the right credentials unless others are given. */
export function askForToken(url: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${url}/kick-id/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: '01VERIFLUENCELOCALCLIENT00',
      client_secret: 'local-kick-secret',
      ...form,
    }),
  })
}
