import type { Clock } from './clock.ts'
import type { Service } from './http/service.ts'

/** `new` before the first ping, `grace` after a missed one, then `down`. */
export type CheckStatus = 'new' | 'up' | 'grace' | 'down'

/** The state of one check. */
export type Check = {
  readonly id: string
  readonly status: CheckStatus
  readonly pings: number
  readonly lastPingAt: number | undefined
  readonly periodSeconds: number
  readonly graceSeconds: number
  /** The instant from which the check is down unless it is pinged. */
  readonly downAt: number | undefined
}

/** A status change that the service would report. */
export type StatusChange = {
  readonly at: number
  readonly id: string
  readonly status: 'down' | 'up'
}

export type Timing = Pick<Check, 'periodSeconds' | 'graceSeconds'>
type Known = Timing & { pings: number; lastPingAt: number | undefined; reported: CheckStatus }

export type Heartbeat = ReturnType<typeof createHeartbeat>

/**
 * A fake of a heartbeat service such as healthchecks.io: it expects a ping every
 * period and, after a grace time without one, reports the check as down.
 */
export function createHeartbeat(
  clock: Clock,
  onStatusChange: (change: StatusChange) => void,
  timing: Timing = DEFAULT_TIMING,
) {
  const checks = new Map<string, Known>()
  const changes: StatusChange[] = []
  const report = (id: string, status: StatusChange['status'], at = clock()): void => {
    const made = { at, id, status }
    changes.push(made)
    onStatusChange(made)
  }
  const known = (id: string): Known => {
    const check = checks.get(id) ?? newCheck(timing)
    checks.set(id, check)
    return check
  }
  const recordDown = (id: string, check: Known): void => {
    if (statusOf(check, clock()) !== 'down' || check.reported === 'down') return
    check.reported = 'down'
    report(id, 'down', downAt(check))
  }
  return {
    configure: (id: string, timing: Partial<Timing>) => Object.assign(known(id), timing),
    ping(id: string): void {
      const check = known(id)
      recordDown(id, check)
      check.pings += 1
      check.lastPingAt = clock()
      if (check.reported === 'down') report(id, 'up')
      check.reported = 'up'
    },
    /** Evaluates every check and records which went down, and when. */
    look(): readonly Check[] {
      return [...checks].map(([id, check]) => {
        recordDown(id, check)
        const { reported: _, ...rest } = check
        return { id, status: statusOf(check, clock()), ...rest, downAt: downAt(check) }
      })
    },
    changes: (): readonly StatusChange[] => changes,
    /** Forgets every check and what was said about it. */
    forget(): void {
      checks.clear()
      changes.length = 0
    },
  }
}

/** What healthchecks.io gives a new check: a day, and an hour of grace. */
const DEFAULT_TIMING: Timing = { periodSeconds: 86_400, graceSeconds: 3_600 }

const newCheck = ({ periodSeconds, graceSeconds }: Timing): Known => ({
  periodSeconds,
  graceSeconds,
  pings: 0,
  lastPingAt: undefined,
  reported: 'new',
})

const downAt = ({ lastPingAt, periodSeconds, graceSeconds }: Known): number | undefined =>
  lastPingAt === undefined ? undefined : lastPingAt + (periodSeconds + graceSeconds) * 1000

function statusOf(check: Known, now: number): CheckStatus {
  const { lastPingAt, periodSeconds } = check
  if (lastPingAt === undefined) return 'new'
  if (now >= (downAt(check) ?? now)) return 'down'
  return now >= lastPingAt + periodSeconds * 1000 ? 'grace' : 'up'
}

/** The ping endpoint: any method, any body, answered with `OK`. */
export function createHeartbeatService(heartbeat: Heartbeat): Service {
  return {
    name: 'heartbeat',
    operations: {
      ping: {
        method: ['GET', 'POST'],
        path: '/ping/:id',
        handle: ({ c }) => {
          heartbeat.ping(c.req.param('id') ?? '')
          return { status: 200, text: 'OK', headers: { 'content-type': 'text/plain' } }
        },
      },
    },
    unmatched: () => ({ status: 404, text: 'not found' }),
  }
}
