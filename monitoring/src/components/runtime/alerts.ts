import { catalogue } from '@verifluence/api/catalogue'
import { targets } from '../../places.ts'
import { held, increase, newest, total } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration, length } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import { databaseDown, firing, type Incident, steady, unlessExplained } from '../incident.ts'

const MINUTE = 60

/** Thresholds, in seconds unless the name says otherwise. */
export const limits = {
  /** The longest pause of the event loop in every half minute. */
  eventLoop: { blockedFor: 0.5, endsBelow: 0.25, for: 5 * MINUTE },
  seriesDropped: { window: 10 * MINUTE },
  /** Failed scrapes of a collector. */
  collector: { atMost: 5, window: 10 * MINUTE, for: 5 * MINUTE },
} as const

const { eventLoop, seriesDropped: drops, collector: failing } = limits
const services = Object.keys(targets) as (keyof typeof targets)[]

/** The gauge holds the worst delay of its last half minute, however often it is scraped. */
const eventLoopBlocked = services.map((service): Alert => {
  const incident: Incident = {
    alert: 'EventLoopBlocked',
    by: ['env', 'service'],
    labels: { service },
  }
  const lag = series(catalogue.eventLoopLagMax, { service })
  const pause = newest(['service'], held(lag))
  return {
    name: incident.alert,
    failure: 'F19',
    expr: steady(incident, {
      begins: `${pause} > ${eventLoop.blockedFor}`,
      // A process that is gone has not recovered.
      goesOn: [
        `${pause} > ${eventLoop.endsBelow}`,
        `${newest(['service'], firing(incident.alert, { service }))} unless on (env, service) ${pause}`,
      ],
      value: pause,
    }),
    for: eventLoop.for,
    limit: `a pause above ${length(eventLoop.blockedFor)} in every half minute`,
    severity: 'warning',
    labels: { service },
    summary:
      'The event loop of {{ $labels.service }} is blocked for {{ $value | humanizeDuration }} at a time',
    description:
      `In every half minute of the last ${duration(eventLoop.for)} something computed without a pause; requests, webhooks and ` +
      'probes waited. Look at the panel for when it began. Most likely a large payload, a long loop, or too little CPU.',
    panel: `vf-${service}/event-loop`,
  }
})

export const runtimeGroup: AlertGroup = { name: 'runtime', alerts: eventLoopBlocked }

/**
 * The series of a metric appears with its first drop, and `increase` does not see a number that was
 * never 0: so a series that did not exist before counts as a whole.
 */
const seriesDropped = services.map((service): Alert => {
  const by = ['service', 'metric']
  const incident: Incident = {
    alert: 'SeriesDropped',
    by: ['env', ...by],
    labels: { service },
  }
  const dropped = series(catalogue.seriesDropped, { service })
  const growth = total(by, increase(dropped, drops.window))
  return {
    name: incident.alert,
    failure: 'F20',
    expr: steady(incident, {
      begins: `${growth} > 0\nor\n${total(by, `${dropped} unless max_over_time(${dropped}[1h] offset ${duration(drops.window)})`)} > 0`,
      value: growth,
    }),
    for: 60,
    limit: 'any recording folded into `other`',
    severity: 'warning',
    labels: { service },
    summary:
      'Labels of {{ $labels.metric }} overflow: {{ $value | printf "%.0f" }} recordings went to "other"',
    description:
      'A label got values outside its declared domain, so panels and alerts on this metric lose detail; users see ' +
      'nothing. Find the value in the log. Most likely a new route or code, or an id used as a label.',
    panel: `vf-${service}/dropped`,
  }
})

/** What a failing collector reads is missing, and rules over it are silent. */
const collectors = services.map((service): Alert => {
  const by = ['service', 'collector']
  const incident: Incident = {
    alert: 'MetricsCollectorFailing',
    by: ['env', ...by],
    labels: { service },
  }
  const failed = series(catalogue.collectorFailures, { service })
  const count = total(by, increase(failed, failing.window))
  return {
    name: incident.alert,
    failure: 'F26',
    expr: steady(incident, {
      begins: unlessExplained(
        incident,
        `${count} > ${failing.atMost}`,
        [databaseDown],
        failing.window,
      ),
      goesOn: [`${count} > 0`],
      value: count,
    }),
    for: failing.for,
    limit: `more than ${failing.atMost} failed scrapes of a collector in ${duration(failing.window)}`,
    severity: 'warning',
    labels: { service },
    summary:
      'Collector {{ $labels.collector }} of {{ $labels.service }} fails: its series are missing',
    description:
      'Alerts and panels that read these series see nothing; alerts that fire already go on. Read the log lines of ' +
      '{{ $labels.service }} with the name of the collector. Most likely the query behind it fails or takes too long.',
    panel: `vf-${service}/failed-scrapes`,
  }
})

export const instrumentationGroup: AlertGroup = {
  name: 'instrumentation',
  alerts: [...seriesDropped, ...collectors],
}
