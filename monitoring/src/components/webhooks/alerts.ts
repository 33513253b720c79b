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

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /**
   * Rejected deliveries within the window; stray ones stay below. Where nothing else arrives the window is
   * longer, as few deliveries may be all there are.
   */
  rejected: { atMost: 2, window: 5 * MINUTE, alone: 10 * MINUTE, for: MINUTE },

  /** Nothing arrived for this long although somebody streams, or did within `live`. */
  webhookSilence: { after: 15 * MINUTE, live: 10 * MINUTE, for: 10 * MINUTE },

  /** A stored delivery waits this long; the retries of a failing one end earlier. */
  backlog: { after: 5 * MINUTE, for: MINUTE },

  /** Failed attempts within the window; what a first retry mends stays below. */
  processing: { failures: 5, window: 10 * MINUTE, for: MINUTE },

  /** Kick hangs up after about a second; half of it is the last calm moment. */
  acknowledge: { quantile: 0.99, slowerThan: 0.5, window: 5 * MINUTE, for: 7 * MINUTE },
} as const

const { rejected, webhookSilence, backlog, processing, acknowledge } = limits

/** `bad_method` is a scanner with GET, `duplicate` a retry: neither is anybody's fault. */
export const REJECTED = anyOf(['invalid_signature', 'stale_timestamp', 'missing_headers'])

const receivedAs = (result: Matcher, window: number) =>
  total(['source'], increase(series(catalogue.webhookReceived, { result }), window))

/** Many, or all there are: after a change of Kick's key in a quiet hour only a few come, all refused. */
const manyRejected = `${receivedAs(REJECTED, rejected.window)} > ${rejected.atMost + 0.5}`
const allRejected =
  `${receivedAs(REJECTED, rejected.alone)} > ${rejected.atMost + 0.5}\n` +
  `unless\n${receivedAs(anyOf(['ok', 'duplicate']), rejected.alone)} > 0`

const webhookRejected: Alert = {
  name: 'WebhookRejected',
  failure: 'F11',
  expr: `${manyRejected}\nor\n(\n${allRejected}\n)`,
  for: rejected.for,
  keepFiringFor: CALM,
  limit: `more than ${rejected.atMost} in ${duration(rejected.window)} (${duration(rejected.alone)} where all are)`,
  severity: 'warning',
  summary: '{{ $value | printf "%.0f" }} {{ $labels.source }} webhooks rejected within minutes',
  description:
    'Signature, timestamp or headers are wrong: Kick changed its key, something on the way alters ' +
    'bodies, a clock is off, or somebody forges deliveries. The result label tells which.',
  panel: 'vf-webhooks/rejections',
}

/**
 * How many streams were live lately, by the replica that asks Kick: one that stands by still exports
 * what it saw when it last asked. Lately and not now, as a stream that starts over or a poll that fails
 * must not begin the silence anew.
 */
const live = newest(
  [],
  `${peak(series(catalogue.liveStreams), webhookSilence.live)}\n  and on (env, instance)\n  ` +
    `${increase(series(catalogue.pollRuns, { job: 'viewer-poll', result: 'ok' }), webhookSilence.live)} > 0`,
)

/** Silence counts from the last verified delivery, or from the start of an api that saw none yet. */
const webhooksSilent: Alert = {
  name: 'WebhooksSilent',
  failure: 'F12',
  expr:
    `time() - (\n  ${instant([], series(catalogue.webhookLastReceived, { source: 'kick' }))}\n  or\n  ${started('api')}\n) > ${webhookSilence.after}\n` +
    `and on (env)\n${live} > 0`,
  for: webhookSilence.for,
  limit: `nothing for ${duration(webhookSilence.after)} while streams are live`,
  severity: 'critical',
  summary: 'No Kick webhook for {{ $value | humanizeDuration }} although streams are live',
  description:
    'Stream starts, chat and follows are being lost, and Kick does not send them again. Either the ' +
    'subscriptions are gone, or the tunnel or firewall drops deliveries before they reach us.',
  panel: 'vf-webhooks/silence',
}

const webhookBacklog: Alert = {
  name: 'WebhookBacklog',
  failure: 'F13',
  expr: `time() - ${newest(['source'], held(series(catalogue.webhookOldestUnprocessed)))} > ${backlog.after}`,
  for: backlog.for,
  limit: `the oldest has waited ${duration(backlog.after)}`,
  severity: 'critical',
  summary:
    'The oldest acknowledged {{ $labels.source }} webhook has waited {{ $value | humanizeDuration }}',
  description:
    'Deliveries are stored but not processed, so stream sessions and chat fall behind. Nothing is ' +
    'lost yet. Look for a processor that hangs, a locked table, or a flood.',
  panel: 'vf-webhooks/oldest-unprocessed',
}

const failures = increase(
  series(catalogue.webhookProcessed, { result: 'error' }),
  processing.window,
)

/** Given up, or on the way there: retries take so long that waiting for the end would be too late. */
const webhookProcessingFailing: Alert = {
  name: 'WebhookProcessingFailing',
  failure: 'F14',
  expr:
    `${newest(['source'], held(series(catalogue.webhookParked)))} > 0\nor\n` +
    `${total(['source'], failures)} > ${processing.failures + 0.5}`,
  for: processing.for,
  limit: `any given up, or more than ${processing.failures} failures in ${duration(processing.window)}`,
  severity: 'warning',
  summary: 'Of {{ $labels.source }} webhooks {{ $value | printf "%.0f" }} fail in processing',
  description:
    'The same events fail on every retry, or were given up and wait for a person. Read last_error in ' +
    'webhooks.incoming, mend the cause, then send them through again with the redrive command.',
  panel: 'vf-webhooks/parked',
}

/** The answers that Kick waits for. */
export const ANSWERED = anyOf(['ok', 'duplicate', 'error'])
const acknowledged = rate(
  buckets(catalogue.webhookReceiveDuration, { result: ANSWERED }),
  acknowledge.window,
)

const webhookAckSlow: Alert = {
  name: 'WebhookAckSlow',
  failure: 'F15',
  expr: `histogram_quantile(${acknowledge.quantile}, ${total(['source', 'le'], acknowledged)}) > ${acknowledge.slowerThan}`,
  for: acknowledge.for,
  limit: `p99 above ${length(acknowledge.slowerThan)}`,
  severity: 'warning',
  summary:
    '{{ $labels.source }} webhooks are acknowledged in {{ $value | humanizeDuration }} (p99)',
  description:
    'Kick hangs up after about one second and does not deliver again. The path is one insert: look ' +
    'at PostgreSQL (locks, pool waiting) and at the event loop of the api.',
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
