import { keepDoing } from '../keep-doing.ts'
import type { WholeSite } from './site.ts'

/** A session nobody has: finding that out costs the api one query. */
const STALE_SESSION = { cookie: '__Host-session=long-gone' }

/** People look at the platform, one every so often, until the site goes down; nobody waits for another. */
export function visit({ ports, ending }: WholeSite, everyMs: number): () => Promise<void> {
  return keepDoing(everyMs, ending, async () => {
    const url = `http://127.0.0.1:${ports.api}/api/me`
    void fetch(url, { headers: STALE_SESSION, signal: ending })
      .then((response) => response.arrayBuffer())
      .catch(() => {})
  })
}
