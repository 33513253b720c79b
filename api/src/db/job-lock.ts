import type { PollLock } from 'sideport'

/**
 * Keeps a job locked for at least `milliseconds`, also after a short run. Replicas start a job in the
 * same second but not in the same millisecond: without this the slower one would find the lock free
 * and repeat the run.
 */
export function lockAtLeastFor(milliseconds: number, lock: PollLock): PollLock {
  return {
    acquire: async (job) => {
      const takenAt = performance.now()
      const held = await lock.acquire(job)
      return (
        held && {
          release: async () => {
            const rest = takenAt + milliseconds - performance.now()
            if (rest <= 0) return await held.release()
            // Not awaited; a process that exits releases its locks.
            setTimeout(() => void held.release(), rest).unref()
          },
        }
      )
    },
  }
}
