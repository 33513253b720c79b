import { catalogue } from '@verifluence/api/catalogue'
import { jobNames } from '@verifluence/api/jobs'
import { staleAlert } from '../../../components/jobs/alerts.ts'
import { targets } from '../../../places.ts'
import { HOUR, MINUTE, type Span } from '../../month/time.ts'
import {
  actingSpans,
  beginOf,
  crashes,
  type Day,
  gauge,
  instant,
  isActing,
  type Pod,
  type Track,
} from '../day.ts'
import { limitOf, type Theme, ticksOf, truthOf } from '../truth.ts'
import type { CauseOf, ProcessName } from '../weather.ts'

const downAlert = { api: 'ApiDown', worker: 'WorkerDown' } as const
const gone = { api: 'F6', worker: 'F5' } as const

/** What Prometheus sees of a pod, and since when its process runs. */
function presence(day: Day, pod: Pod): Track[] {
  const up = Float64Array.from({ length: day.ticks }, (_, tick) => {
    if (pod.known[tick] === 0) return Number.NaN
    return Number.isNaN(pod.began[tick]) ? 0 : 1
  })
  return [
    { name: 'up', labels: { ...pod.labels, service: targets[pod.process].job }, values: up },
    gauge(day, pod, catalogue.processStartTime.name, {}, (_, tick) =>
      instant(pod.began[tick] ?? 0, day.skew(pod.process, pod.began[tick] ?? 0)),
    ),
  ]
}

/** Alerts that a process which is away makes fire. */
const consequencesOf = {
  api: ['WebhooksSilent', 'DomainGaugesStale', 'ApiErrorBudgetBurn', 'ProcessRestarting'],
  worker: [...jobNames.map(staleAlert), 'WebhooksSilent'],
} as const

/** Whether the processes are there. */
export const processes: Theme = (day) => ({
  tracks: [...day.pods.api, ...day.pods.worker].flatMap((pod) => presence(day, pod)),
  truths: [
    ...[...day.causes('process gone'), ...day.causes('target lost')].map((cause) =>
      truthOf(day, cause, {
        alerts: [downAlert[cause.process]],
        evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
        within: limitOf(gone[cause.process]),
        consequences: [...consequencesOf[cause.process], 'ProcessRestarting'],
        exceptions: {
          ...(cause.off > 0 && cause.kind === 'process gone'
            ? {
                ProcessRestarting:
                  'A process that comes and goes has restarted; either name is right.',
              }
            : {}),
        },
        hidden: otherAbsence(day, cause),
      }),
    ),
    ...day.causes('crash loop').map((cause) => crashLoop(day, cause)),
    ...day.causes('clock wrong').map((cause) =>
      truthOf(day, cause, {
        alerts: ['ClockSkew'],
        evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
        within: 15 * MINUTE,
        aftermath: HOUR,
        consequences: [
          ...jobNames.map(staleAlert),
          'DomainGaugesStale',
          'WebhooksSilent',
          'ProcessRestarting',
        ],
        hidden: otherAbsence(day, cause),
      }),
    ),
    ...day.causes('pods replaced').map((cause) =>
      truthOf(day, cause, {
        alerts: ['ProcessRestarting'],
        labels: { job: targets[cause.process].job },
        evidence: day.pods[cause.process]
          .flatMap(({ began }) => [...new Set(began)])
          .filter((at) => at > beginOf(cause) && isActing(cause, at))
          .sort((one, other) => one - other),
        after: LOOP,
        within: 10 * MINUTE,
        memory: 20 * MINUTE,
        aftermath: 40 * MINUTE,
        hidden: otherAbsence(day, cause),
      }),
    ),
  ],
})

/** Another cause that takes the same process away names it first. */
const otherAbsence = (day: Day, cause: { readonly process: ProcessName }) =>
  [...day.causes('process gone'), ...day.causes('target lost'), ...day.causes('crash loop')]
    .filter((other) => other !== cause && other.process === cause.process)
    .flatMap(actingSpans)

/** A deploy and its rollback are two restarts; one more is a loop, and a rule needs a moment to see it. */
const LOOP = 4

function crashLoop(day: Day, cause: CauseOf<'crash loop'>) {
  const deaths = actingSpans(cause).flatMap((span) =>
    crashes(span, cause.life).map(([died]) => died),
  )
  const job = targets[cause.process].job
  const down = downAlert[cause.process]
  // With a second replica that runs, nothing is down.
  const takesAll = cause.all || day.weather.replicas[cause.process] === 1
  const fourth = deaths[LOOP - 1]
  return truthOf(day, cause, {
    alerts: takesAll ? ['ProcessRestarting', down] : ['ProcessRestarting'],
    evidence: deaths,
    after: LOOP,
    // The list promises 20 minutes for a loop of a minute; a slower loop needs its fourth crash first.
    within: Math.max(
      8 * MINUTE,
      fourth === undefined ? 0 : limitOf('F8') - (fourth - beginOf(cause)),
    ),
    memory: 20 * MINUTE,
    aftermath: 80 * MINUTE,
    labels: takesAll ? {} : { job },
    consequences: [...consequencesOf[cause.process]],
    hidden: otherAbsence(day, cause).map(([from, until]): Span => [from, until + HOUR]),
  })
}
