import type { Drill } from '../drill.ts'
import { MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { addStreamers } from '../environment/fixtures.ts'
import { staleLimit } from './stale.ts'

export const kickUnavailable: Drill<System> = {
  name: 'kick-unavailable',
  failure: 'F1, F10',
  does: 'Kick answers 503, so that viewer-poll throws on every run',
  cause: async (system) => {
    await addStreamers(system, 1)
    await system.fakes.injectFault('kick-api', 'unavailable')
    return { recover: () => system.fakes.clearFaults('kick-api') }
  },
  expects: [
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

export const kickUnauthorized: Drill<System> = {
  name: 'kick-unauthorized',
  failure: 'F9',
  does: 'Kick revokes the token and answers 401 to the new one too',
  cause: async (system) => {
    await addStreamers(system, 1)
    await system.fakes.revokeTokens('all')
    await system.fakes.injectFault('kick-api', 'unauthorized')
    return { recover: () => system.fakes.clearFaults('kick-api') }
  },
  expects: [
    {
      alert: 'ExternalUnauthorized',
      within: 10 * MINUTE,
      says: ['kick'],
      shows: /operation="channels", target="kick"/,
    },
  ],
  resolvedWithin: 10 * MINUTE,
}

/** Batches of viewer-poll: enough calls a minute to exhaust a label's value limit within minutes. */
const MANY = 600

export const labelFlood: Drill<System> = {
  name: 'label-flood',
  failure: 'F20',
  does: 'Kick answers every call with another status code',
  cause: async (system) => {
    await addStreamers(system, MANY)
    await system.fakes.injectFault('kick-api', 'any-code')
    return { recover: () => system.fakes.clearFaults('kick-api') }
  },
  expects: [
    {
      alert: 'SeriesDropped',
      within: 10 * MINUTE,
      says: ['vf_external_http_total'],
      shows: /metric="vf_external_http_total"/,
    },
  ],
  mayFire: ['ExternalFailing', 'ViewerPollStale'],
  resolvedWithin: 15 * MINUTE,
}
