import { catalogue } from '@verifluence/api/catalogue'
import {
  held,
  increase,
  instant,
  newest,
  peak,
  rate,
  started,
  total,
} from '../../promql/patterns.ts'
import { anyOf, buckets, type Matcher, series } from '../../promql/series.ts'
import { duration, length } from '../../promql/time.ts'
import { type Alert, type AlertGroup, CALM } from '../alert.ts'
import {
  databaseDown,
  firing,
  type Incident,
  lasting,
  processDown,
  steady,
  unlessExplained,
  whileDown,
} from '../incident.ts'

const MINUTE = 60

/** Thresholds, in seconds unless the name says otherwise. */
export const limits = {
  /**
   * Deliveries rejected for one reason. A public address gets about five an hour of each kind; eight in ten minutes
   * are one in 400,000 of such windows. Where streams are live and every delivery is refused, few are enough.
   */
  rejected: { atMost: 7, endsBelow: 3, window: 10 * MINUTE, all: 2, for: MINUTE },

  /** Nothing arrived for this long although a stream is live, or was within `live`. */
  webhookSilence: { after: 15 * MINUTE, live: 10 * MINUTE, for: 10 * MINUTE },

  /** A stored delivery waits this long; the retries of a failing one end earlier. */
  backlog: { after: 5 * MINUTE, endsBelow: 150, for: MINUTE },

  /** Failed attempts within the window; what a first retry repairs stays below. */
  processing: { failures: 5, window: 10 * MINUTE, for: MINUTE },

  /** Kick hangs up after about a second; half of it is the last safe moment. Edges of the histogram. */
  acknowledge: {
    quantile: 0.99,
    slowerThan: 0.5,
    endsBelow: 0.3,
    window: 5 * MINUTE,
    for: 7 * MINUTE,
  },
} as const

const { rejected, webhookSilence, backlog, processing, acknowledge } = limits

/** How long the windows here remember an outage that explains them. */
const GRACE = 15 * MINUTE

const bySource = (alert: string): Incident => ({ alert, by: ['env', 'source'] })

/** `bad_method` is a scanner with GET, `duplicate` a retry: neither is a failure. `error` is our own. */
export const REJECTED = anyOf(['invalid_signature', 'stale_timestamp', 'missing_headers'])

const receivedAs = (result: Matcher, labels: readonly string[] = []) =>
  total(
    ['source', ...labels],
    increase(series(catalogue.webhookReceived, { result }), rejected.window),
  )

/** By reason: stray deliveries of several kinds add up to nothing. */
const mostRejected = newest(['source'], receivedAs(REJECTED, ['result']))

/**
 * How many streams were live lately, by the replica that asks Kick: one that stands by still exports
 * what it saw when it last asked. Lately and not now, as a stream that starts over or a poll that fails
 * must not restart the silence.
 */
const live = newest(
  [],
  `${peak(series(catalogue.liveStreams), webhookSilence.live)}\n  and on (env, instance)\n  ` +
    `${increase(series(catalogue.pollRuns, { job: 'viewer-poll', result: 'ok' }), webhookSilence.live)} > 0`,
)

/** After a change of Kick's key only a few may come, all refused; without a stream none is expected. */
const allRejected =
  `${mostRejected} > ${rejected.all + 0.5}\n` +
  `unless\n${receivedAs(anyOf(['ok', 'duplicate']))} > 0\nand on (env)\n${live} > 0`

const rejectedIncident = bySource('WebhookRejected')

const webhookRejected: Alert = {
  name: rejectedIncident.alert,
  failure: 'F11',
  expr: steady(rejectedIncident, {
    begins: `${mostRejected} > ${rejected.atMost + 0.5}\nor\n(\n${allRejected}\n)`,
    goesOn: [
      `${mostRejected} > ${rejected.endsBelow + 0.5}`,
      allRejected,
      whileDown(rejectedIncident, 'api'),
    ],
    value: mostRejected,
  }),
  for: rejected.for,
  keepFiringFor: CALM,
  limit: `more than ${rejected.atMost} for one reason in ${duration(rejected.window)} (more than ${rejected.all} where streams are live and all are rejected)`,
  severity: 'warning',
  summary: '{{ $value | printf "%.0f" }} {{ $labels.source }} webhooks rejected within ten minutes',
  description:
    'Genuine deliveries may be among them, and Kick does not send them again. The panel shows the reason: ' +
    'invalid_signature is most likely a new key of Kick or forgery, stale_timestamp a wrong clock, missing_headers a scanner.',
  panel: 'vf-webhooks/rejections',
}

const silentIncident: Incident = { alert: 'WebhooksSilent', by: ['env'] }

/** Silence counts from the last verified delivery to any process, or from the start of an api that saw none yet. */
const silence =
  `time() - (\n  ${instant([], series(catalogue.webhookLastReceived, { source: 'kick' }), 3_600)}\n` +
  `  or\n  ${started('api')}\n)`

const webhooksSilent: Alert = {
  name: silentIncident.alert,
  failure: 'F12',
  expr: steady(silentIncident, {
    begins: unlessExplained(
      silentIncident,
      `${silence} > ${webhookSilence.after}\nand on (env)\n${live} > 0`,
      [processDown('api'), databaseDown],
      webhookSilence.after,
    ),
    // Without a worker it is unknown whether a stream is live.
    goesOn: [
      `${silence} > ${webhookSilence.after}\nand on (env)\n(${live} > 0 or ${whileDown(silentIncident, 'worker')})`,
      whileDown(silentIncident, 'api'),
    ],
    value: silence,
  }),
  for: webhookSilence.for,
  limit: `nothing for ${duration(webhookSilence.after)} while streams are live`,
  severity: 'critical',
  summary: 'No Kick webhook for {{ $value | humanizeDuration }} although streams are live',
  description:
    'Stream starts, chat and follows are being lost, and Kick does not send them again. Compare the panel with the ' +
    'subscriptions at Kick. Most likely they are gone, or the tunnel or firewall drops deliveries.',
  panel: 'vf-webhooks/silence',
}

const backlogIncident = bySource('WebhookBacklog')
const waited = `time() - ${newest(['source'], held(series(catalogue.webhookOldestUnprocessed)))}`
/** Exported by the same collector whenever it can read the inbox. */
const inboxRead = newest(['source'], held(series(catalogue.webhookBacklog)))

const webhookBacklog: Alert = {
  name: backlogIncident.alert,
  failure: 'F13',
  expr: steady(backlogIncident, {
    begins: unlessExplained(
      backlogIncident,
      `${waited} > ${backlog.after}`,
      [processDown('api'), databaseDown],
      GRACE,
    ),
    goesOn: [
      `${waited} > ${backlog.endsBelow}`,
      `${lasting(backlogIncident)} + ${backlog.after}\nunless on (env, source) ${inboxRead}`,
    ],
    // An empty inbox has no oldest delivery.
    value: `${waited}\nor\n0 * ${inboxRead}`,
  }),
  for: backlog.for,
  limit: `the oldest has waited ${duration(backlog.after)}`,
  severity: 'critical',
  summary:
    'The oldest acknowledged {{ $labels.source }} webhook has waited {{ $value | humanizeDuration }}',
  description:
    'Deliveries are stored but not processed, so stream sessions and chat fall behind; nothing is lost yet. ' +
    'Read the api log lines of the processor. Most likely it hangs, a table is locked, or Kick sends a flood.',
  panel: 'vf-webhooks/oldest-unprocessed',
}

const failures = total(
  ['source'],
  increase(series(catalogue.webhookProcessed, { result: 'error' }), processing.window),
)
const parked = newest(['source'], held(series(catalogue.webhookParked)))
const failingIncident = bySource('WebhookProcessingFailing')

/** Given up, or on the way there: retries take so long that waiting for the end would be too late. */
const webhookProcessingFailing: Alert = {
  name: failingIncident.alert,
  failure: 'F14',
  expr: steady(failingIncident, {
    begins: unlessExplained(
      failingIncident,
      `${parked} > 0\nor\n${failures} > ${processing.failures + 0.5}`,
      [databaseDown],
      GRACE,
    ),
    goesOn: [
      `${failures} > ${processing.failures + 0.5}`,
      `${parked} > 0`,
      `${newest(['source'], firing(failingIncident.alert))}\nunless on (env, source) ${parked}`,
    ],
    value: failures,
  }),
  for: processing.for,
  limit: `any given up, or more than ${processing.failures} failures in ${duration(processing.window)}`,
  severity: 'warning',
  summary: 'Of {{ $labels.source }} webhooks {{ $value | printf "%.0f" }} fail in processing',
  description:
    'The same events fail on every retry, or were given up and wait for a person; their effects are missing. Read last_error ' +
    'in webhooks.incoming, fix the cause, run redrive. Most likely an event has a new shape, or a handler a bug.',
  panel: 'vf-webhooks/parked',
}

/** The answers that Kick waits for. */
export const ANSWERED = anyOf(['ok', 'duplicate', 'error'])
const acknowledged = rate(
  buckets(catalogue.webhookReceiveDuration, { result: ANSWERED }),
  acknowledge.window,
)
const slowestAck = `histogram_quantile(${acknowledge.quantile}, ${total(['source', 'le'], acknowledged)})`
const slowIncident = bySource('WebhookAckSlow')

const webhookAckSlow: Alert = {
  name: slowIncident.alert,
  failure: 'F15',
  expr: steady(slowIncident, {
    begins: unlessExplained(
      slowIncident,
      `${slowestAck} > ${acknowledge.slowerThan}`,
      [databaseDown],
      GRACE,
    ),
    goesOn: [`${slowestAck} > ${acknowledge.endsBelow}`, whileDown(slowIncident, 'api')],
    value: `${slowestAck} >= 0`,
  }),
  for: acknowledge.for,
  limit: `p99 above ${length(acknowledge.slowerThan)}`,
  severity: 'warning',
  summary:
    '{{ $labels.source }} webhooks are acknowledged in {{ $value | humanizeDuration }} (p99)',
  description:
    'Kick hangs up after about one second and does not deliver again. The path is one insert. Most likely PostgreSQL is ' +
    'slow: look at locks and at queries that wait for a connection, then at the event loop of the api.',
  panel: 'vf-webhooks/acknowledge',
}

export const webhookGroup: AlertGroup = {
  name: 'webhooks',
  alerts: [
    webhookRejected,
    webhooksSilent,
    webhookBacklog,
    webhookProcessingFailing,
    webhookAckSlow,
  ],
}
