/** The heartbeat of one job; instants are Unix seconds. */
export interface Heartbeat {
  readonly job: string
  /** When the job was first registered, ever. */
  readonly registeredAt: number
  /** When a run last started, whatever its result. */
  readonly lastRunAt?: number
  /** When a run last succeeded. */
  readonly lastSuccessAt?: number
}

/**
 * Where heartbeats outlive the process. Two processes that merge in any order, and one that merges
 * the same heartbeat twice, must leave the same state: the earliest registration, the latest run and the
 * latest success. So a write of an old or slow process never overwrites a newer instant.
 */
export interface HeartbeatStore {
  /**
   * Merges `updates` into the store.
   *
   * @returns what is stored afterwards for each of `jobs`; a job without a heartbeat is left out.
   */
  merge(updates: readonly Heartbeat[], jobs: readonly string[]): Promise<readonly Heartbeat[]>
}

/** Combines two heartbeats of the same job. */
export function mergeHeartbeats(one: Heartbeat, other: Heartbeat): Heartbeat {
  return {
    job: one.job,
    registeredAt: Math.min(one.registeredAt, other.registeredAt),
    ...latest('lastRunAt', one, other),
    ...latest('lastSuccessAt', one, other),
  }
}

function latest<Key extends 'lastRunAt' | 'lastSuccessAt'>(
  key: Key,
  one: Heartbeat,
  other: Heartbeat,
): { [key in Key]?: number } {
  const instant = Math.max(one[key] ?? -Infinity, other[key] ?? -Infinity)
  return instant === -Infinity ? {} : ({ [key]: instant } as { [key in Key]?: number })
}

/** Keeps heartbeats for as long as the process lives: for tests, and for jobs without a database. */
export function createMemoryHeartbeats(): HeartbeatStore {
  const stored = new Map<string, Heartbeat>()
  return {
    async merge(updates, jobs) {
      for (const beat of updates) {
        const known = stored.get(beat.job)
        stored.set(beat.job, known ? mergeHeartbeats(known, beat) : beat)
      }
      return jobs.flatMap((job) => stored.get(job) ?? [])
    },
  }
}
