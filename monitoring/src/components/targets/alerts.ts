import { catalogue } from '@verifluence/api/catalogue'
import { environments, targets } from '../../places.ts'
import { anyOf, select, series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /**
   * A process that no scrape has reached for this long is down. A rolling deploy leaves no gap; a pod that
   * is started again stays below. More would be late: Prometheus takes two scrapes to let go of a target
   * that its configuration no longer names.
   */
  downFor: 90,

  /**
   * It counts as back when it has answered for this long. In a crash loop it comes up for a minute between
   * the waits of the kubelet, which scrapes and rules see for a minute and a half: that is one trouble and
   * must not ring anew each time.
   */
  downCalm: 2 * MINUTE,

  /**
   * More restarts than this within the window is a crash loop; a deploy and its rollback are two. The kubelet
   * waits longer before each, up to five minutes: then a longer window still sees them.
   */
  restarts: {
    atMost: 2,
    window: 15 * MINUTE,
    backingOff: { atMost: 3, window: 30 * MINUTE },
    for: 5 * MINUTE,
  },
} as const

const processes = [
  {
    process: 'api',
    name: 'ApiDown',
    failure: 'F6, F7',
    hurts: 'Nobody can use the platform, and Kick drops its webhooks.',
    panel: 'vf-api/up',
  },
  {
    process: 'worker',
    name: 'WorkerDown',
    failure: 'F5, F7',
    hurts: 'No job runs: viewer counts, tokens and exports stand still.',
    panel: 'vf-worker/up',
  },
] as const

/**
 * `absent` fires both when every replica is unreachable and when no target exists at all, because a
 * Service, a ServiceMonitor or a label is broken. It needs literal matchers: one rule an environment.
 */
const down = (env: string): Alert[] =>
  processes.map(({ process, name, failure, hurts, panel }) => ({
    name,
    failure,
    expr: `absent(${select('up', { env, job: targets[process].job })} == 1)`,
    for: limits.downFor,
    keepFiringFor: limits.downCalm,
    limit: 'no target answers, or there is none',
    severity: 'critical',
    // `absent` of a comparison has no labels of its own; routes and inhibition need this one.
    labels: { env },
    summary: `No ${process} of ${env} has answered Prometheus for ${duration(limits.downFor)}`,
    description:
      `${hurts} Either the pods are gone or crashing, or Prometheus lost the target ` +
      `${targets[process].job}. Start with the pods: kubectl -n ${env} get pods.`,
    panel,
  }))

const { atMost, window, backingOff } = limits.restarts

const restarts = (within: number) =>
  `max by (env, job) (\n  changes(${series(catalogue.processStartTime, {
    job: anyOf(Object.values(targets).map(({ job }) => job)),
  })}[${duration(within)}])\n)`

const restarting: Alert = {
  name: 'ProcessRestarting',
  failure: 'F8',
  expr: `${restarts(window)} > ${atMost}\nor\n${restarts(backingOff.window)} > ${backingOff.atMost}`,
  for: limits.restarts.for,
  limit: `more than ${atMost} restarts in ${duration(window)}, or ${backingOff.atMost} in ${duration(backingOff.window)}`,
  severity: 'warning',
  summary: 'A process behind {{ $labels.job }} restarted {{ $value }} times within minutes',
  description:
    'It comes up, works for a while and dies again; each time requests or runs are lost. ' +
    'The end of the previous container log says why: kubectl logs --previous.',
  panel: 'vf-api/restarts',
}

export const presenceGroup: AlertGroup = {
  name: 'process-presence',
  alerts: [...environments.flatMap(down), restarting],
}
