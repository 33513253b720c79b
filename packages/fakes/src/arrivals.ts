import type { ServiceName } from './moods/table.ts'

/** One request as a stand-in saw it. `outcome` is the status, or how the connection ended. */
export type Arrival = {
  readonly at: number
  readonly service: ServiceName
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly outcome: string
  readonly mood?: string
}

/** How often a service was asked for an operation with an outcome. */
export type ArrivalCount = {
  readonly service: ServiceName
  readonly operation: string
  readonly outcome: string
  readonly count: number
}

export type Arrivals = ReturnType<typeof createArrivals>

const remembered = 5000

/** The book of requests: exact counts for ever, the single requests for a while. */
export function createArrivals() {
  let latest: Arrival[] = []
  const counts = new Map<string, ArrivalCount>()
  return {
    record(arrival: Arrival): void {
      latest.push(arrival)
      if (latest.length > 2 * remembered) latest = latest.slice(-remembered)
      const { service, operation, outcome } = arrival
      const key = `${service} ${operation} ${outcome}`
      const count = (counts.get(key)?.count ?? 0) + 1
      counts.set(key, { service, operation, outcome, count })
    },
    latest: (service?: string): readonly Arrival[] =>
      latest.filter((arrival) => service === undefined || arrival.service === service),
    counts: (service?: string): readonly ArrivalCount[] =>
      [...counts.values()].filter((row) => service === undefined || row.service === service),
    forget(): void {
      latest = []
      counts.clear()
    },
  }
}
