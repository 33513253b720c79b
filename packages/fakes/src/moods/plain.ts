import { commonMoods } from './common.ts'

const plain = (status: number, text: string) => ({
  status,
  text,
  headers: { 'content-type': 'text/plain' },
})

/** The moods of services that speak plain text: the heartbeat and the second way. */
export const plainMoods = commonMoods({
  unauthorized: plain(401, 'unauthorized'),
  rateLimited: plain(429, 'rate limited'),
  serverError: plain(500, 'internal error'),
  unavailable: plain(503, 'service unavailable'),
})
