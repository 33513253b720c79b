import type { JobName } from '@verifluence/api/jobs'
import { jobs } from '@verifluence/api/jobs'
import type { ExpectedSeries, Exporter, MetricKey } from './expected.ts'

/** What a reason may depend on besides the series itself. */
type Circumstances = {
  /** How long the process has been running. */
  readonly uptimeSeconds: number
}

type Labels = ExpectedSeries['labels']
/** Why a series is right not to have moved, or `undefined` when it should have. */
type Reason = (
  labels: Labels,
  circumstances: Circumstances,
  exporter: Exporter,
) => string | undefined

const NO_FAILURE = 'nothing has failed in this way'
const BETWEEN_SCRAPES = 'it lasts shorter than the time between two scrapes'
const NOTHING_WAITS = 'nothing waits'

const always =
  (why: string): Reason =>
  () =>
    why
const unless =
  (label: string, healthy: readonly string[], why: string): Reason =>
  (labels) =>
    healthy.includes(labels[label] ?? '') ? undefined : why
const firstOf =
  (...reasons: Reason[]): Reason =>
  (...situation) => {
    for (const reason of reasons) {
      const why = reason(...situation)
      if (why !== undefined) return why
    }
    return undefined
  }

/** A job that has not been due since the process started. */
const notDue = (job: JobName, { uptimeSeconds }: Circumstances): string | undefined =>
  uptimeSeconds < jobs[job].intervalSeconds
    ? 'the job may not have been due since the start'
    : undefined
const untilDue: Reason = ({ job }, circumstances) => notDue(job as JobName, circumstances)

/** After this time the simulated users have done everything once. */
const WHOLE_DAY_SECONDS = 3_600
const notYetDone: Reason = (_, { uptimeSeconds }) =>
  uptimeSeconds < WHOLE_DAY_SECONDS ? 'no user has done this since the start' : undefined

/** The process that makes a call, and the job that makes it, if any. */
const CALLS: Readonly<Record<string, { readonly by: Exporter; readonly job?: JobName }>> = {
  'kick/channels': { by: 'worker', job: 'viewer-poll' },
  'kick/subscriptions_list': { by: 'worker', job: 'kick-subscriptions' },
  'kick/subscriptions_create': { by: 'worker', job: 'kick-subscriptions' },
  'kick/public_key': { by: 'api' },
  'kick_oauth/token_app': { by: 'worker', job: 'viewer-poll' },
  'kick_oauth/token_refresh': { by: 'worker', job: 'kick-token-refresh' },
  'x/users_by': { by: 'worker', job: 'x-follower-poll' },
  's3/put_object': { by: 'worker', job: 'chat-export' },
  's3/head_object': { by: 'worker', job: 'chat-export' },
  'resend/send_email': { by: 'api' },
}
/** Kick's tokens live two hours, and the job that refreshes them runs every hour. */
const FIRST_REFRESH_SECONDS = 3 * 3_600
const callNotMade: Reason = ({ target, operation }, circumstances, exporter) => {
  if (operation === 'subscriptions_delete') return 'no subscription had to be given up'
  if (operation === 'token_refresh' && circumstances.uptimeSeconds < FIRST_REFRESH_SECONDS) {
    return 'no token has come near its expiry since the start'
  }
  const call = CALLS[`${target}/${operation}`]
  if (call === undefined) return undefined
  if (call.by !== exporter) return `only the ${call.by} makes this call`
  return call.job && notDue(call.job, circumstances)
}

const noSuchStatus = always('no row has this status at present')

/**
 * Every reason for which a promised series may stand still or be absent in a healthy system. A metric
 * without an entry must move.
 */
export const REASONS: Readonly<Partial<Record<MetricKey, Reason>>> = {
  httpRequestsInFlight: always(BETWEEN_SCRAPES),
  offersByStatus: noSuchStatus,
  negotiationsByStatus: noSuchStatus,
  dealsByStatus: noSuchStatus,
  sessionSubmissionsByStatus: noSuchStatus,
  campaignsByStatus: noSuchStatus,
  domainRefresh: unless('result', ['ok'], NO_FAILURE),
  domainOldestPending: always(NOTHING_WAITS),
  webhookReceived: firstOf(
    unless('result', ['ok'], 'no delivery of this type was answered so'),
    ({ event_type }) =>
      event_type === 'unknown' ? 'Kick signs no delivery without a type' : undefined,
    notYetDone,
  ),
  webhookReceiveDuration: unless('result', ['ok'], 'no delivery was answered so'),
  webhookProcessed: firstOf(
    unless('result', ['ok'], 'no delivery of this type ended so'),
    ({ event_type }) =>
      event_type === 'unknown' || event_type === 'other'
        ? 'there is nothing to do for it'
        : undefined,
    notYetDone,
  ),
  webhookProcessDuration: unless('result', ['ok'], 'no delivery ended so'),
  webhookBacklog: always(BETWEEN_SCRAPES),
  webhookOldestUnprocessed: always(NOTHING_WAITS),
  webhookParked: always('nothing was given up'),
  pollRuns: firstOf(unless('result', ['ok'], NO_FAILURE), untilDue),
  pollDuration: untilDue,
  pollLastSuccess: untilDue,
  pollLastRun: untilDue,
  pollInProgress: always(BETWEEN_SCRAPES),
  pollSkipped: always('one worker runs, and no run overlapped the previous one'),
  pollHeartbeatFailures: always(NO_FAILURE),
  liveStreams: always('no stream is live'),
  externalHttp: firstOf(unless('status_code', ['200'], NO_FAILURE), callNotMade),
  externalHttpDuration: callNotMade,
  dbPoolConnections: always('connections are opened when needed and closed again soon'),
  dbPoolWaiting: always('no query had to wait for a connection'),
  scrapes: unless('code', ['200'], NO_FAILURE),
  seriesDropped: always('no label value was outside of its domain'),
  valuesRefused: always(NO_FAILURE),
  collectorFailures: always(NO_FAILURE),
  gcDuration: always('V8 had no need of this kind of collection'),
}
