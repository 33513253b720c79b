import type { PollLock } from 'sideport'

/**
 * A lock that stays taken for a while after a run that was short. Replicas call a job at the same
 * second, but not at the same millisecond: without this the slower one would find the lock free
 * again and do the same run a second time.
 */
export const lingering = (lock: PollLock, milliseconds: number): PollLock => ({
  acquire: async (job) => {
    const takenAt = performance.now()
    const held = await lock.acquire(job)
    return (
      held && {
        release: async () => {
          const rest = takenAt + milliseconds - performance.now()
          if (rest <= 0) return await held.release()
          // Nobody waits for it; a process that ends lets go by itself.
          setTimeout(() => void held.release(), rest).unref()
        },
      }
    )
  },
})
