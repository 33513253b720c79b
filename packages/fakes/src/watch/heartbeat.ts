import type { Clock } from '../clock.ts'
import type { Service } from '../http/service.ts'

/** `waiting` before the first ping, `late` within the grace time, then `silent`. */
export type Pulse = 'waiting' | 'beating' | 'late' | 'silent'

/** What the watcher outside knows about one check. */
export type Check = {
  readonly id: string
  readonly pulse: Pulse
  readonly pings: number
  readonly lastPingAt: number | undefined
  readonly periodSeconds: number
  readonly graceSeconds: number
  /** The instant from which the check counts as silent unless it is heard. */
  readonly silentAt: number | undefined
}

/** A change somebody would be told of: silence noticed, or a check heard again. */
export type Notice = {
  readonly at: number
  readonly id: string
  readonly pulse: 'silent' | 'beating'
}

export type Timing = Pick<Check, 'periodSeconds' | 'graceSeconds'>
type Known = Timing & { pings: number; lastPingAt: number | undefined; told: Pulse }

export type Heartbeat = ReturnType<typeof createHeartbeat>

/**
 * A watcher outside of the cluster, of the kind of healthchecks.io: it expects a ping every
 * period and, after a grace time without one, says that the check is silent.
 */
export function createHeartbeat(
  clock: Clock,
  onNotice: (notice: Notice) => void,
  timing: Timing = DEFAULT_TIMING,
) {
  const checks = new Map<string, Known>()
  const notices: Notice[] = []
  const notice = (id: string, pulse: Notice['pulse'], at = clock()): void => {
    const made = { at, id, pulse }
    notices.push(made)
    onNotice(made)
  }
  const known = (id: string): Known => {
    const check = checks.get(id) ?? newCheck(timing)
    checks.set(id, check)
    return check
  }
  const noticeSilence = (id: string, check: Known): void => {
    if (pulseOf(check, clock()) !== 'silent' || check.told === 'silent') return
    check.told = 'silent'
    notice(id, 'silent', silentAt(check))
  }
  return {
    configure: (id: string, timing: Partial<Timing>) => Object.assign(known(id), timing),
    ping(id: string): void {
      const check = known(id)
      noticeSilence(id, check)
      check.pings += 1
      check.lastPingAt = clock()
      if (check.told === 'silent') notice(id, 'beating')
      check.told = 'beating'
    },
    /** Looks at every check and writes down what has fallen silent since, and when it did. */
    look(): readonly Check[] {
      return [...checks].map(([id, check]) => {
        noticeSilence(id, check)
        const { told: _, ...rest } = check
        return { id, pulse: pulseOf(check, clock()), ...rest, silentAt: silentAt(check) }
      })
    },
    notices: (): readonly Notice[] => notices,
    /** Forgets every check and what was said about it. */
    forget(): void {
      checks.clear()
      notices.length = 0
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
  told: 'waiting',
})

const silentAt = ({ lastPingAt, periodSeconds, graceSeconds }: Known): number | undefined =>
  lastPingAt === undefined ? undefined : lastPingAt + (periodSeconds + graceSeconds) * 1000

function pulseOf(check: Known, now: number): Pulse {
  const { lastPingAt, periodSeconds } = check
  if (lastPingAt === undefined) return 'waiting'
  if (now >= (silentAt(check) ?? now)) return 'silent'
  return now >= lastPingAt + periodSeconds * 1000 ? 'late' : 'beating'
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
