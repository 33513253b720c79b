import { catalogue } from '@verifluence/api/catalogue'
import { environments, targets } from '../../places.ts'
import { type Matchers, select, series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import { downAlert, firing, heldAgain, type Incident, steady, whileDown } from '../incident.ts'

const MINUTE = 60

/** Thresholds, in seconds unless the name says otherwise. */
export const limits = {
  /**
   * A process that no scrape has reached for this long is down. A rolling deploy leaves no gap, and a pod that
   * restarts stays below. Prometheus takes two scrapes to drop a target that its configuration no longer names.
   */
  downFor: 90,

  /** It counts as back when it has answered for this long. */
  downCalm: 2 * MINUTE,

  /**
   * The kubelet waits up to five minutes before it restarts a crashed container, and starts again at ten seconds
   * when it ran for ten minutes. So a crash loop of any kind restarts at least once in `cycle`.
   */
  restarts: {
    atMost: 2,
    window: 15 * MINUTE,
    backingOff: { atMost: 3, window: 75 * MINUTE },
    cycle: 20 * MINUTE,
    /** Targets within an hour for each that runs; three rollouts are four. */
    replaced: 5,
    for: 5 * MINUTE,
  },

  /** A process that was down and keeps crashing stays reported: this many restarts, the last within a cycle. */
  crashLoop: { atLeast: 3, window: 50 * MINUTE },
} as const

const { restarts, crashLoop } = limits

const processes = [
  {
    process: 'api',
    failure: 'F6, F7',
    effect: 'The platform is unavailable, and Kick drops its webhooks.',
    panel: 'vf-api/up',
  },
  {
    process: 'worker',
    failure: 'F5, F7',
    effect: 'No job runs: viewer counts, tokens and exports stand still.',
    panel: 'vf-worker/up',
  },
] as const

const startTime = (matchers: Matchers) => series(catalogue.processStartTime, matchers)

/**
 * `absent` fires both when every replica is unreachable and when no target exists at all, because a
 * Service, a ServiceMonitor or a label is broken. It needs literal matchers: one rule an environment.
 * Between two crashes the process answers for minutes; that is not a recovery.
 */
const down = (env: string): Alert[] =>
  processes.map(({ process, failure, effect, panel }) => {
    const name = downAlert(process)
    const target = { env, job: targets[process].job }
    const crashing =
      `changes(${startTime(target)}[${duration(crashLoop.window)}]) >= ${crashLoop.atLeast}\n` +
      `  and changes(${startTime(target)}[${duration(restarts.cycle)}]) > 0\n  and ${startTime(target)}`
    return {
      name,
      failure,
      expr:
        `absent(${select('up', target)} == 1)\n` +
        `or\ncount(\n  ${crashing}\n) and on () ${firing(name, { env })}\n` +
        `or\ncount(\n  ${heldAgain({ alert: name, by: ['env'], labels: { env } })}\n)`,
      for: limits.downFor,
      keepFiringFor: limits.downCalm,
      limit: 'no target answers, or there is none',
      severity: 'critical',
      // `absent` of a comparison has no labels of its own; routes and inhibition need this one.
      labels: { env },
      summary: `No ${process} of ${env} has answered Prometheus for ${duration(limits.downFor)}`,
      description:
        `${effect} Start with the pods: kubectl -n ${env} get pods. Most likely they crash at start or cannot be ` +
        `scheduled; if they run, Prometheus lost the target ${targets[process].job}.`,
      panel,
    }
  })

const RESTARTING = 'ProcessRestarting'

const restarted = (matchers: Matchers, within: number) =>
  `changes(${startTime(matchers)}[${duration(within)}])`

/** Pods that are replaced instead of restarted: so many times as many targets in an hour as run at once. */
const replaced = (job: string) =>
  `count by (env, job) (max by (env, job, instance) (max_over_time(${select('up', { job })}[1h])))\n` +
  `  > ${restarts.replaced} * max_over_time(count by (env, job) (${select('up', { job })} == 1)[1h:5m])`

/** One rule a process: each leads to its own panel, and is explained by its own outage. */
const restarting = processes.map(({ process }): Alert => {
  const { job } = targets[process]
  const incident: Incident = { alert: RESTARTING, by: ['env', 'job'], labels: { job } }
  const within = (window: number) => restarted({ job }, window)
  const many =
    `${within(restarts.window)} > ${restarts.atMost}\n` +
    `    or ${within(restarts.backingOff.window)} > ${restarts.backingOff.atMost}`
  const lately = `${within(restarts.cycle)} > 0`
  return {
    name: RESTARTING,
    failure: 'F8',
    expr: steady(incident, {
      begins:
        `(\nmax by (env, job) (\n  (\n    ${many}\n  )\n  and ${lately}\n)\nor\n${replaced(job)}\n)\n` +
        `unless on (env)\n(\n  last_over_time(${firing(downAlert(process))}[${duration(restarts.backingOff.window)}])\n` +
        `  unless on (env) ${firing(RESTARTING, { job })}\n)`,
      goesOn: [
        `max by (env, job) (${within(restarts.backingOff.window)} and ${lately})`,
        replaced(job),
        whileDown(incident, process),
      ],
      value: `max by (env, job) (${within(restarts.backingOff.window)})`,
    }),
    for: restarts.for,
    limit: `more than ${restarts.atMost} restarts in ${duration(restarts.window)}, or ${restarts.backingOff.atMost} in ${duration(restarts.backingOff.window)}`,
    severity: 'warning',
    labels: { job },
    summary: 'A process behind {{ $labels.job }} has restarted {{ $value }} times',
    description:
      'It starts, works for a while and crashes again; each time requests or runs are lost. The end of the ' +
      'previous container log says why: kubectl logs --previous. Most likely an uncaught error, or the memory limit.',
    panel: `vf-${process}/restarts`,
  }
})

export const presenceGroup: AlertGroup = {
  name: 'process-presence',
  alerts: [...environments.flatMap(down), ...restarting],
}
