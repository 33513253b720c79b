/** The part of a `pg` pool that is read. */
export interface CountedPool {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

/** Handles of a catalogue fit. */
export interface PoolMetrics {
  readonly connections: {
    readonly with: (labels: { state: 'idle' | 'active' }) => { set(value: number): void }
  }
  /** Callers that wait for a connection. */
  readonly waiting: { set(value: number): void }
}

/** Makes the collector that reads a pool's numbers; run it on each scrape. */
export function poolGauges(pool: CountedPool, { connections, waiting }: PoolMetrics): () => void {
  const idle = connections.with({ state: 'idle' })
  const active = connections.with({ state: 'active' })
  return function collectPool() {
    idle.set(pool.idleCount)
    active.set(pool.totalCount - pool.idleCount)
    waiting.set(pool.waitingCount)
  }
}
