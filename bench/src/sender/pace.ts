import { setTimeout as pause } from 'node:timers/promises'
import type { Connections } from './connections.ts'

/** What became of one request. */
export interface Exchange {
  readonly status: number
  /** From the moment at which it was due, so that waiting to be sent counts, until its answer. */
  readonly milliseconds: number
  /** How much later than due it was sent: the sender's own part of the above. */
  readonly late: number
}

/** Sends each request at its time, whether or not earlier ones have been answered. */
export async function pace(
  { exchange }: Connections,
  requests: readonly Buffer[],
  perSecond: number,
): Promise<Exchange[]> {
  const startedAt = performance.now()
  const exchanges: Promise<Exchange>[] = []
  for (const [index, request] of requests.entries()) {
    const due = startedAt + (index * 1000) / perSecond
    while (performance.now() < due) await pause(1)
    const late = performance.now() - due
    exchanges.push(
      exchange(request).then((status) => ({
        status,
        milliseconds: performance.now() - due,
        late,
      })),
    )
  }
  return await Promise.all(exchanges)
}

/** Keeps `connections` busy for a while. @returns requests answered with 200, a second. */
export async function press(
  { exchange }: Connections,
  requests: readonly Buffer[],
  { connections, milliseconds }: { connections: number; milliseconds: number },
): Promise<number> {
  const startedAt = performance.now()
  let next = 0
  let answered = 0
  const keepBusy = async () => {
    while (performance.now() - startedAt < milliseconds) {
      const request = requests[next++]
      if (!request) throw new Error(`${requests.length} requests do not last ${milliseconds} ms`)
      if ((await exchange(request)) === 200) answered++
    }
  }
  await Promise.all(Array.from({ length: connections }, keepBusy))
  return (1000 * answered) / (performance.now() - startedAt)
}

/** The value below which the given share of all values lies. */
export function quantile(share: number, values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
