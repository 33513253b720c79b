import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { type Job, jobs } from '@verifluence/api/jobs'
import { counting, exported, type Process, presence } from './platform.ts'
import type { Timeline } from './scenario.ts'

/** What goes on outside while everything is well. */
export interface Life {
  /** Requests to the API a scrape. */
  readonly requests: number
  /** Streams that are live; webhooks arrive while there are some. */
  readonly live: number
}

const bucketed = (
  process: Process,
  definition: { readonly name: string; readonly buckets: readonly number[] },
  labels: Readonly<Record<string, string>>,
  perScrape: number,
  fastest: number,
): Timeline[] =>
  [...definition.buckets, '+Inf'].map((edge) =>
    counting(process, `${definition.name}_bucket`, { ...labels, le: String(edge) }, () =>
      edge === '+Inf' || Number(edge) >= fastest ? perScrape : 0,
    ),
  )

/** Everything the rules read of a healthy api. */
export const healthyApi = (process: Process, { requests, live }: Life): Timeline[] => {
  const source = { source: 'kick' }
  const route = { method: 'GET', route: '/api/offers' }
  return [
    ...presence(process),
    counting(
      process,
      catalogue.httpRequests.name,
      { ...route, status_code: '200' },
      () => requests,
    ),
    counting(process, catalogue.httpRequests.name, { ...route, status_code: '499' }, (at) =>
      requests > 0 && at % 300 === 0 ? 1 : 0,
    ),
    ...bucketed(
      process,
      catalogue.httpRequestDuration,
      { ...route, status_code: '200' },
      requests,
      0.1,
    ),
    // Clients hang up when they have waited long enough.
    ...bucketed(
      process,
      catalogue.httpRequestDuration,
      { ...route, status_code: '499' },
      requests / 10,
      8,
    ),
    ...DOMAIN_TABLES.flatMap((table) => [
      counting(process, catalogue.domainRefresh.name, { table, result: 'ok' }, () => 1),
      exported(process, catalogue.domainLastRefresh.name, { table }, (now) => Math.max(1, now - 5)),
    ]),
    exported(process, catalogue.domainOldestPending.name, { table: 'offers' }, () => 1),
    ...(['ok', 'duplicate', 'bad_method', 'invalid_signature'] as const).map((result) =>
      counting(
        process,
        catalogue.webhookReceived.name,
        { ...source, event_type: 'other', result },
        (at) => deliveries(result, live, at),
      ),
    ),
    ...bucketed(process, catalogue.webhookReceiveDuration, { ...source, result: 'ok' }, live, 0.05),
    counting(
      process,
      catalogue.webhookProcessed.name,
      { ...source, event_type: 'other', result: 'ok' },
      () => live,
    ),
    exported(process, catalogue.webhookParked.name, source, () => 0),
    exported(process, catalogue.webhookLastReceived.name, source, (now) =>
      live > 0 ? Math.max(1, now) : 1,
    ),
    exported(process, catalogue.eventLoopLagMax.name, {}, () => 0.03),
  ]
}

/** Webhooks while a stream is live, a few of them twice; a scanner with GET; a stray forgery a night. */
const deliveries = (result: string, live: number, at: number) => {
  if (result === 'ok') return live
  if (result === 'duplicate') return live > 0 && at % 120 === 0 ? 2 : 0
  if (result === 'bad_method') return at % 300 < 120 ? 3 : 0
  return at % 14_400 === 0 ? 1 : 0
}

/** Everything the rules read of a healthy worker whose jobs run on time. */
export const healthyWorker = (process: Process, { live }: Life): Timeline[] => [
  ...presence(process),
  ...Object.entries<Job>(jobs).flatMap(([job, { intervalSeconds }]) => [
    exported(process, catalogue.pollRegistered.name, { job }, () => 1),
    exported(process, catalogue.pollLastSuccess.name, { job }, (now) =>
      Math.floor(now / intervalSeconds) > 0
        ? Math.floor(now / intervalSeconds) * intervalSeconds
        : undefined,
    ),
    counting(process, catalogue.pollRuns.name, { job, result: 'ok' }, (at) =>
      at % intervalSeconds === 0 ? 1 : 0,
    ),
  ]),
  exported(process, catalogue.liveStreams.name, {}, () => live),
  counting(
    process,
    catalogue.externalHttp.name,
    { target: 'kick', operation: 'channels', status_code: '200' },
    (at) => (at % 60 === 0 ? 1 : 0),
  ),
  exported(process, catalogue.eventLoopLagMax.name, {}, () => 0.03),
]

/** An Alertmanager that has nothing to send but the heartbeat. */
export const healthyAlertmanager = (): Timeline[] => {
  const count = (name: string, at: (second: number) => number): Timeline => ({
    name: `alertmanager_${name}_total`,
    labels: { job: 'k8s-alertmanager', instance: 'alertmanager-0:9093', integration: 'webhook' },
    at,
  })
  return [
    count('notifications', (now) => now / 30),
    count('notification_requests', (now) => now / 30),
    count('notification_requests_failed', () => 0),
    count('notifications_failed', () => 0),
  ]
}
