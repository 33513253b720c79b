import type { HttpMethod } from 'sideport'

/** What is known of a request when it is over. */
export interface FinishedRequest {
  readonly method: HttpMethod
  readonly route: string
  readonly status: number
  readonly statusCode: string
  readonly seconds: number
}

export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const STATUSES = [200, 404]
const COUNT = 1_024

/** The same 1,024 requests for everybody: 50 label sets in random order, most answered quickly. */
const requests: readonly FinishedRequest[] = Array.from({ length: COUNT }, (_, index) => {
  const random = hash(index)
  const status = STATUSES[random % 2] ?? 200
  return {
    method: METHODS[(random >> 1) % 5] ?? 'GET',
    route: `/api/resource-${(random >> 4) % 5}/:id`,
    status,
    statusCode: String(status),
    seconds: ((random >> 8) % 1_000) ** 3 / 5e8,
  }
})

export const requestAt = (index: number): FinishedRequest =>
  requests[index & (COUNT - 1)] as FinishedRequest

/** Scrambles a number (the finaliser of MurmurHash3), so that every run sees the same disorder. */
function hash(number: number): number {
  let bits = number + 0x9e3779b9
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
