import type { ServiceName } from './faults/registry.ts'

/** One request as a fake saw it. `outcome` is the status, or how the connection ended. */
export type LoggedRequest = {
  readonly at: number
  readonly service: ServiceName
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly outcome: string
  readonly fault?: string
}

/** How often a service was asked for an operation with an outcome. */
export type RequestCount = {
  readonly service: ServiceName
  readonly operation: string
  readonly outcome: string
  readonly count: number
}

export type RequestLog = ReturnType<typeof createRequestLog>

const remembered = 5000

/** The book of requests: exact counts for ever, the single requests for a while. */
export function createRequestLog() {
  let latest: LoggedRequest[] = []
  const counts = new Map<string, RequestCount>()
  return {
    record(arrival: LoggedRequest): void {
      latest.push(arrival)
      if (latest.length > 2 * remembered) latest = latest.slice(-remembered)
      const { service, operation, outcome } = arrival
      const key = `${service} ${operation} ${outcome}`
      const count = (counts.get(key)?.count ?? 0) + 1
      counts.set(key, { service, operation, outcome, count })
    },
    latest: (service?: string): readonly LoggedRequest[] =>
      latest.filter((arrival) => service === undefined || arrival.service === service),
    counts: (service?: string): readonly RequestCount[] =>
      [...counts.values()].filter((row) => service === undefined || row.service === service),
    forget(): void {
      latest = []
      counts.clear()
    },
  }
}
