import type { Clock } from '../clock.ts'

const quarterHour = 15 * 60_000
const limit = 300

export type Window = ReturnType<typeof createWindow>

/** One endpoint's allowance for an app: 300 requests in 15 minutes, told in every answer. */
export function createWindow(clock: Clock) {
  let resetAt = 0
  let used = 0
  const renew = (): void => {
    if (clock() < resetAt) return
    resetAt = clock() + quarterHour
    used = 0
  }
  return {
    /** Uses one request up; false when none is left. */
    use(): boolean {
      renew()
      used += 1
      return used <= limit
    },
    headers: (): Record<string, string> => {
      renew()
      return {
        'x-rate-limit-limit': String(limit),
        'x-rate-limit-remaining': String(Math.max(0, limit - used)),
        'x-rate-limit-reset': String(Math.ceil(resetAt / 1000)),
      }
    },
  }
}
