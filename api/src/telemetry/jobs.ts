/** What a person must know of a job to schedule it, watch it, and be woken by it. */
export interface Job {
  /** Five cron fields, UTC. */
  readonly cron: string
  /** One line for docs and runbooks. */
  readonly does: string
  /** The time between two planned runs. */
  readonly intervalSeconds: number
  /** An alert is due when the last success is older than this. */
  readonly staleAfterSeconds: number
  /** `critical` pages the on-call, `warning` waits for the morning. */
  readonly severity: 'critical' | 'warning'
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Two missed runs and a margin for a run that takes long: what Prometheus' own practice asks at the
 * least (https://prometheus.io/docs/practices/alerting/#batch-jobs).
 */
const HOURLY = { intervalSeconds: HOUR, staleAfterSeconds: 2 * HOUR + 10 * MINUTE } as const

/**
 * A day and two hours: one missed run alerts the same morning. Two missed runs would leave token
 * subscriptions or retention broken for two days.
 */
const DAILY = { intervalSeconds: DAY, staleAfterSeconds: 26 * HOUR } as const

/**
 * The worker's jobs. Schedules, pre-created series, staleness rules, dashboards, docs and rule tests
 * derive from this table. The compiler asks for the rest of a new job: its function in `jobs/`, and how a
 * drill breaks it.
 */
export const jobs = {
  'viewer-poll': {
    cron: '* * * * *',
    does: 'asks Kick which tracked channels are live and stores their viewer counts',
    intervalSeconds: MINUTE,
    staleAfterSeconds: 10 * MINUTE,
    severity: 'critical',
  },
  'chat-export': {
    cron: '0 * * * *',
    does: 'writes the chat of closed hours to S3-compatible storage',
    ...HOURLY,
    severity: 'warning',
  },
  'x-follower-poll': {
    cron: '15 * * * *',
    does: 'stores the follower counts of streamers on X',
    ...HOURLY,
    severity: 'warning',
  },
  'kick-token-refresh': {
    cron: '30 * * * *',
    does: 'refreshes Kick tokens that are near expiry',
    ...HOURLY,
    severity: 'critical',
  },
  'stale-session-cleanup': {
    cron: '45 * * * *',
    does: 'closes stream sessions open for more than 18 hours without a recent viewer sample',
    ...HOURLY,
    severity: 'warning',
  },
  'trust-score-refresh': {
    cron: '17 3 * * *',
    does: 'computes the trust score of every streamer',
    ...DAILY,
    severity: 'warning',
  },
  'kick-subscriptions': {
    cron: '45 3 * * *',
    does: 'makes sure that every active streamer has its Kick webhook subscriptions',
    ...DAILY,
    severity: 'critical',
  },
  'daily-maintenance': {
    cron: '22 4 * * *',
    does: 'deletes rows past their retention from the high-volume tables',
    ...DAILY,
    severity: 'warning',
  },
} as const satisfies Readonly<Record<string, Job>>

export type JobName = keyof typeof jobs

/** In the order of the table. */
export const jobNames = Object.keys(jobs) as JobName[]
