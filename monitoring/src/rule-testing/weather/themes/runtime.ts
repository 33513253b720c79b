import { catalogue } from '@verifluence/api/catalogue'
import { MINUTE, TICK } from '../../month/time.ts'
import { counter, type Day, gauge, instant, isActing, type Track } from '../day.ts'
import { limitOf, type Theme, ticksOf, truthOf } from '../truth.ts'
import { awaySpans, crashing } from './hidden.ts'

const pods = (day: Day) => [...day.pods.api, ...day.pods.worker]

/** The longest pause of half a minute; a collection of garbage takes a second now and then. */
const lags = (day: Day): Track[] =>
  pods(day).map((pod) => {
    const random = day.random(`lag of ${pod.name}`)
    return gauge(day, pod, catalogue.eventLoopLagMax.name, {}, (second) => {
      const blocked = day
        .causes('event loop blocked')
        .find((one) => one.process === pod.process && isActing(one, second))
      if (blocked) return blocked.pause
      return random.chance(0.005) ? 1.2 : 0.03
    })
  })

/** The series of an overflow appears with its first drop. */
const drops = (day: Day): Track[] =>
  pods(day).flatMap((pod) => {
    const overflows = (second: number) =>
      day
        .causes('labels overflow')
        .some((one) => one.process === pod.process && isActing(one, second))
    const labels = { metric: catalogue.httpRequests.name }
    const track = counter(day, pod, catalogue.seriesDropped.name, labels, (second) =>
      overflows(second) ? 12 : 0,
    )
    for (const [tick, value] of track.values.entries()) {
      if (value === 0) track.values[tick] = Number.NaN
    }
    return track.values.some((value) => !Number.isNaN(value)) ? [track] : []
  })

const INTEGRATIONS = ['telegram', 'webhook'] as const

/** What Alertmanager counts: the heartbeat goes out each minute, Telegram takes what it gets. */
const notifications = (day: Day): Track[] =>
  INTEGRATIONS.flatMap((integration) => {
    const labels = { job: 'k8s-alertmanager', instance: 'alertmanager-0:9093', integration }
    const track = (name: string, growth: (second: number) => number): Track => {
      let total = 0
      const values = Float64Array.from({ length: day.ticks }, (_, tick) => {
        total += growth(tick * TICK)
        return total
      })
      return { name: `alertmanager_${name}_total`, labels, values }
    }
    const refuses = (second: number) =>
      integration === 'telegram' && day.acting('telegram refuses', second) !== undefined
    const sends = (second: number) =>
      integration === 'webhook' ? Number(second % MINUTE === 0) : Number(second % (3 * 3_600) === 0)
    return [
      track('notifications', (second) => (refuses(second) ? 1 : sends(second))),
      track('notification_requests', (second) => (refuses(second) ? 4 : sends(second))),
      track('notification_requests_failed', (second) => (refuses(second) ? 4 : 0)),
      track('notifications_failed', (second) => (refuses(second) ? 1 : 0)),
    ]
  })

/** The clock of each process, as it says itself. */
const clocks = (day: Day): Track[] =>
  pods(day).map((pod) =>
    gauge(day, pod, catalogue.processClock.name, {}, (second) =>
      instant(second, day.skew(pod.process, second)),
    ),
  )

/** What PostgreSQL says of itself, and how often the collectors that read it fail. */
const postgres = (day: Day): Track[] =>
  day.pods.api.flatMap((pod) => {
    const isCut = (second: number) => day.acting('database gone', second) !== undefined
    const read = (name: string, value: (second: number) => number, labels = {}) =>
      gauge(day, pod, name, labels, (second) => (isCut(second) ? undefined : value(second)))
    return [
      ...['active', 'idle', 'idle_in_transaction', 'other'].map((state, index) =>
        read(catalogue.postgresConnections.name, () => [3, 14, 1, 1][index] ?? 0, { state }),
      ),
      read(catalogue.postgresConnectionsLimit.name, () => 97),
      read(catalogue.postgresOldestTransaction.name, (second) => instant(second - 1)),
      read(catalogue.postgresLockWaiters.name, () => 0),
      read(catalogue.postgresDeadTupleRatio.name, () => 0.04),
      ...['webhook_inbox', 'postgres'].map((collector) =>
        counter(
          day,
          pod,
          'vf_metrics_collector_failures_total',
          { collector, reason: 'timeout' },
          (second) => Number(isCut(second)),
        ),
      ),
    ]
  })

/** The processes themselves, and the way out. */
export const runtime: Theme = (day) => ({
  tracks: [...lags(day), ...drops(day), ...notifications(day), ...clocks(day), ...postgres(day)],
  truths: [
    ...day.causes('event loop blocked').map((cause) =>
      truthOf(day, cause, {
        alerts: ['EventLoopBlocked'],
        labels: { service: cause.process },
        evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
        within: limitOf('F19'),
        hidden: [...awaySpans(day, cause.process), ...crashing(day, cause.process)],
      }),
    ),
    ...day.causes('labels overflow').map((cause) =>
      truthOf(day, cause, {
        alerts: ['SeriesDropped'],
        labels: { service: cause.process },
        evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
        within: limitOf('F20'),
        hidden: [...awaySpans(day, cause.process), ...crashing(day, cause.process)],
      }),
    ),
    ...day.causes('telegram refuses').map((cause) =>
      truthOf(day, cause, {
        alerts: ['NotificationsFailing'],
        evidence: ticksOf(day, cause, (second) => isActing(cause, second)),
        within: limitOf('F22'),
      }),
    ),
  ],
})
