import { catalogue } from '@verifluence/api/catalogue'
import { increase, total } from '../../promql/patterns.ts'
import { type Matcher, type Matchers, not, notMatching, series } from '../../promql/series.ts'
import { duration, percent } from '../../promql/time.ts'
import { type Alert, type AlertGroup, CALM } from '../alert.ts'

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /**
   * Share of calls to an outside operation answered 401. A hiccup of two minutes that three runs meet, each
   * with its retry, is six of eight; where the window shows four runs only it is six of seven, and a lost
   * scrape keeps it there for a minute.
   */
  unauthorized: { share: 0.8, window: 5 * MINUTE, for: 2 * MINUTE },

  /**
   * Hourly callers ask once an hour, so their verdict must last until they ask again; but no longer than
   * needed, as the success of an hour ago must leave the window before the first 401 is ten minutes old. One
   * early death and its retry are 0.5.
   */
  unauthorizedHourly: { share: 0.6, window: 65 * MINUTE },

  /** Share of failed calls. A hiccup of two minutes reaches two thirds of the window at worst. */
  failing: { share: 0.75, window: 10 * MINUTE, for: 3 * MINUTE },
} as const

const calls = (matchers: Matchers) => series(catalogue.externalHttp, matchers)

/** The one operation that is called every minute; the others are called hourly or on demand. */
const FREQUENT = 'channels'

/** Judged by operation, so that one that works cannot dilute one that is refused. */
const refused = (operation: string | Matcher, window: number) => {
  const by = ['target', 'operation']
  const unauthorized = total(by, increase(calls({ operation, status_code: '401' }), window))
  const all = total(by, increase(calls({ operation }), window))
  return `${unauthorized}\n/\n${all}`
}

const { unauthorized, unauthorizedHourly, failing } = limits

const externalUnauthorized: Alert = {
  name: 'ExternalUnauthorized',
  failure: 'F9',
  expr:
    `max by (env, target) (\n${refused(FREQUENT, unauthorized.window)} > ${unauthorized.share}\n` +
    `or\n${refused(not(FREQUENT), unauthorizedHourly.window)} > ${unauthorizedHourly.share}\n)`,
  for: unauthorized.for,
  limit: `more than ${percent(unauthorized.share)} answered 401 in ${duration(unauthorized.window)} (hourly callers: ${duration(unauthorizedHourly.window)})`,
  severity: 'critical',
  summary:
    '{{ $labels.target }} refuses our credentials: {{ $value | humanizePercentage }} answered 401',
  description:
    'A token was revoked, ran out early, or the secret in the cluster is wrong. One 401 that a ' +
    'token refresh mends does not get here. Which operation it is: dashboard vf-worker, row External services.',
  panel: 'vf-worker/external-unauthorized',
}

/** 401 has its own alert, 404 is an answer, and `aborted` is our own decision. */
export const FAILED = notMatching('[23]..|401|404|aborted')

const half = failing.window / 2
const failed = (window: number, offset = 0) =>
  total(['target'], increase(calls({ status_code: FAILED }), window, offset))

/**
 * Mostly failing, and both lately and before that: a burst of two minutes, or one failed hourly run,
 * is over before both halves have held for long enough.
 */
const externalFailing: Alert = {
  name: 'ExternalFailing',
  failure: 'F10',
  expr:
    `${failed(failing.window)}\n/\n${total(['target'], increase(calls({}), failing.window))} > ${failing.share}\n` +
    `and\n${failed(half)} > 0\nand\n${failed(half, half)} > 0`,
  for: failing.for,
  keepFiringFor: CALM,
  limit: `more than ${percent(failing.share)} failed in ${duration(failing.window)}`,
  severity: 'warning',
  summary: '{{ $value | humanizePercentage }} of calls to {{ $labels.target }} fail',
  description:
    `Over ${duration(failing.window)} most calls ended in 5xx, 429, a timeout or a broken connection. ` +
    'Jobs retry by themselves; if it is not our network, look at the status page of the service.',
  panel: 'vf-worker/external-failures',
}

export const externalGroup: AlertGroup = {
  name: 'external-services',
  alerts: [externalUnauthorized, externalFailing],
}
