/** A failure that must not go unnoticed. */
interface Failure {
  /** What breaks, as the person on call would say it. */
  readonly what: string
  /** Time from the fault to the notification, with production intervals. */
  readonly within: string
}

const beyondThreshold = 'threshold of the job + 3 min'

/** The failures that alerts, rule tests and drills refer to by these ids. Ids are never reused. */
export const failures = {
  F1: { what: 'Every run of a job throws.', within: beyondThreshold },
  F2: { what: 'A run of a job hangs and never ends.', within: beyondThreshold },
  F3: {
    what: 'A daily job keeps failing while deploys, evictions or OOM kills restart the worker.',
    within: beyondThreshold,
  },
  F4: { what: 'A job never succeeds after its installation.', within: beyondThreshold },
  F5: { what: 'The worker is gone, or was never scheduled.', within: '4 min' },
  F6: { what: 'The api is gone.', within: '4 min' },
  F7: {
    what: 'A broken Service, ServiceMonitor or label leaves Prometheus without a target.',
    within: '4 min',
  },
  F8: { what: 'A process crashes and restarts over and over.', within: '20 min' },
  F9: { what: 'Kick or X answers 401: a token was revoked or expired early.', within: '10 min' },
  F10: { what: 'An external service answers 5xx or 429, or times out.', within: '15 min' },
  F11: {
    what: 'Webhooks are rejected: wrong key, modified body or forged sender.',
    within: '10 min',
  },
  F12: {
    what: 'Webhooks stop while streams are live: a lost subscription, tunnel or firewall rule.',
    within: '30 min',
  },
  F13: { what: 'Webhooks are acknowledged but not processed.', within: '10 min' },
  F14: { what: 'Events fail in processing and are parked.', within: '15 min' },
  F15: { what: 'Acknowledgements come close to Kick’s limit of one second.', within: '15 min' },
  F16: {
    what: 'The API answers 5xx faster than its error budget of 30 days allows.',
    within: '5 min when every request fails',
  },
  F17: { what: 'The API is slow: its 99th percentile exceeds one second.', within: '20 min' },
  F18: { what: 'PostgreSQL is down, or the queries of domain gauges fail.', within: '5 min' },
  F19: { what: 'The event loop is blocked.', within: '15 min' },
  F20: { what: 'A label takes more values than it declares.', within: '10 min' },
  F21: {
    what: 'An offer or a submission waits for a person beyond its limit.',
    within: 'limit + 5 min',
  },
  F22: {
    what: 'Telegram refuses, limits or hangs; its token is revoked; a message is too long or contains hostile text.',
    within: '10 min',
  },
  F23: { what: 'Prometheus is down.', within: 'period and grace of the heartbeat' },
  F24: { what: 'Alertmanager is down.', within: 'period and grace of the heartbeat' },
  F25: { what: 'The whole cluster is down.', within: 'period and grace of the heartbeat' },
  F26: {
    what: 'Series that rules read are missing: a collector fails, or a process does not export them.',
    within: '20 min',
  },
  F27: {
    what: 'PostgreSQL runs out of connections, or locks, old transactions or dead rows slow it down.',
    within: '15 min; dead rows 70 min',
  },
  F28: { what: 'A container exceeds its memory limit and is killed.', within: '5 min' },
  F29: {
    what: 'The public address does not answer from outside, or its certificate expires.',
    within: '10 min; certificate 14 days ahead',
  },
  F30: { what: 'The clock of a process is wrong.', within: '5 min' },
  F31: {
    what: 'A job succeeds but handles nothing, where there was much before.',
    within: '70 min; hourly jobs 270 min',
  },
  F32: { what: 'The write-ahead log of Prometheus is corrupted.', within: '5 min' },
} as const satisfies Readonly<Record<string, Failure>>

export type FailureId = keyof typeof failures

/** What must never fire an alert; the drills and the simulated month run through it. */
export const harmless = [
  'A rolling deploy of api and worker, also with two replicas of each.',
  'A quiet night without a live stream and without a request.',
  'The first ten minutes of a fresh installation.',
  'A daily job between two runs.',
  'A restart of Prometheus.',
  'A transient failure of Kick that lasts two minutes.',
  'Webhooks that Kick delivers twice.',
  'A client that disconnects before its response.',
  'A scanner that sends GET requests to the webhook receiver.',
] as const

/**
 * The ids in a reference such as `F1–F4` or `F6, F7`, ranges expanded.
 *
 * @throws Error for an id that the list does not have.
 */
export function failureIds(reference: string): FailureId[] {
  const ids = Object.keys(failures) as FailureId[]
  return reference.split(', ').flatMap((part) => {
    const [first = '', last = first] = part.split('–')
    const [from, to] = [first, last].map((id) => Object.keys(failures).indexOf(id))
    if (from === undefined || to === undefined || from < 0 || to < from)
      throw new Error(`There is no failure "${part}": use ids of ${ids[0]} to ${ids.at(-1)}.`)
    return ids.slice(from, to + 1)
  })
}
