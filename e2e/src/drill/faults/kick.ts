import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import { addStreamers } from '../site/scenery.ts'
import type { WholeSite } from '../site/site.ts'
import { staleLimit } from './stale.ts'

export const kickUnavailable: Drill<WholeSite> = {
  name: 'kick-unavailable',
  failure: 'F1, F10',
  does: 'Kick answers 503, so that viewer-poll throws on every run',
  cause: async (site) => {
    await addStreamers(site, 1)
    await site.fakes.injectFault('kick-api', 'unavailable')
    return { mend: () => site.fakes.clearFaults('kick-api') }
  },
  arrives: [
    {
      alert: 'ViewerPollStale',
      within: staleLimit('viewer-poll'),
      shows: /result="error"\} => [1-9]/,
    },
    {
      alert: 'ExternalFailing',
      within: 15 * MINUTE,
      says: ['target kick'],
      shows: /status_code="503", target="kick"/,
    },
  ],
  resolvedWithin: 20 * MINUTE,
}

export const kickUnauthorized: Drill<WholeSite> = {
  name: 'kick-unauthorized',
  failure: 'F9',
  does: 'Kick revokes the token and answers 401 to the new one too',
  cause: async (site) => {
    await addStreamers(site, 1)
    await site.fakes.revokeTokens('all')
    await site.fakes.injectFault('kick-api', 'unauthorized')
    return { mend: () => site.fakes.clearFaults('kick-api') }
  },
  arrives: [
    {
      alert: 'ExternalUnauthorized',
      within: 10 * MINUTE,
      says: ['kick'],
      shows: /operation="channels", target="kick"/,
    },
  ],
  mayArrive: ['ViewerPollStale'],
  resolvedWithin: 10 * MINUTE,
}

/** Batches of viewer-poll: enough answers a minute to run through a label's allowance in a few. */
const MANY = 600

export const labelFlood: Drill<WholeSite> = {
  name: 'label-flood',
  failure: 'F20',
  does: 'Kick answers every call with another status code',
  cause: async (site) => {
    await addStreamers(site, MANY)
    await site.fakes.injectFault('kick-api', 'any-code')
    return { mend: () => site.fakes.clearFaults('kick-api') }
  },
  arrives: [
    {
      alert: 'SeriesDropped',
      within: 10 * MINUTE,
      says: ['vf_external_http_total'],
      shows: /metric="vf_external_http_total"/,
    },
  ],
  mayArrive: ['ExternalFailing', 'ViewerPollStale'],
  resolvedWithin: 15 * MINUTE,
}
