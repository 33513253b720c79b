/** What is known of one job, as Unix seconds. */
export interface Heartbeat {
  readonly job: string
  /** When it was first known, ever. */
  readonly registeredAt: number
  /** When a run last started, whatever became of it. */
  readonly lastRunAt?: number
  /** When a run last ended well. */
  readonly lastSuccessAt?: number
}

/**
 * Where heartbeats outlive the process. Two processes that merge in any order, and one that merges
 * the same news twice, must leave the same behind: the earliest registration, the latest run and the
 * latest success. So nothing an old or slow process says can take a newer instant back.
 */
export interface HeartbeatStore {
  /**
   * Adds `news` to what is stored.
   *
   * @returns what is stored afterwards for each of `jobs`; a job never heard of is left out.
   */
  merge(news: readonly Heartbeat[], jobs: readonly string[]): Promise<readonly Heartbeat[]>
}

/** Puts together what two sources know of the same job. */
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
    async merge(news, jobs) {
      for (const beat of news) {
        const known = stored.get(beat.job)
        stored.set(beat.job, known ? mergeHeartbeats(known, beat) : beat)
      }
      return jobs.flatMap((job) => stored.get(job) ?? [])
    },
  }
}
