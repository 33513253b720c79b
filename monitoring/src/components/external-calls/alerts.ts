import { catalogue } from '@verifluence/api/catalogue'
import { increase, total } from '../../promql/patterns.ts'
import {
  type Matcher,
  type Matchers,
  matching,
  not,
  notMatching,
  series,
} from '../../promql/series.ts'
import { duration, percent } from '../../promql/time.ts'
import { type Alert, type AlertGroup, CALM } from '../alert.ts'
import { type Incident, steady, whileDown } from '../incident.ts'

const MINUTE = 60

/** Thresholds, in seconds unless the name says otherwise. */
export const limits = {
  /**
   * Share of calls to an operation answered 401. A transient failure of two minutes that three runs meet, each
   * with its retry, is six of eight; where the window shows four runs only it is six of seven, and a lost
   * scrape keeps it there for a minute.
   */
  unauthorized: { share: 0.8, endsBelow: 0.4, window: 5 * MINUTE, for: 2 * MINUTE },

  /**
   * The same for operations that are called hourly or on demand. The success of an hour ago must leave the window
   * before the first 401 is ten minutes old; one early expiry and its retry are 0.5. It goes on until a call
   * succeeds: the next may come `memory` later, where a missed daily run is retried.
   */
  unauthorizedRare: { share: 0.6, window: 65 * MINUTE, memory: 130 * MINUTE },

  /** Share of failed calls. A transient failure of two minutes reaches two thirds of the window at worst. */
  failing: { share: 0.75, endsBelow: 0.5, window: 10 * MINUTE, for: 3 * MINUTE },

  /**
   * Where calls are few a share says little: so many failures, spread over both halves of the window, and not one
   * success. The first window is for calls on demand, the second for hourly ones.
   */
  failingRare: [
    { atLeast: 3, window: 30 * MINUTE },
    { atLeast: 2, window: 130 * MINUTE },
  ],
} as const

const calls = (matchers: Matchers) => series(catalogue.externalHttp, matchers)

/** The one operation that is called every minute; the others are called hourly or on demand. */
const FREQUENT = 'channels'

const BY_OPERATION = ['target', 'operation']
const answered = (operation: string | Matcher, window: number, matchers: Matchers = {}) =>
  total(BY_OPERATION, increase(calls({ operation, ...matchers }), window))

/** By operation, so that one that works cannot dilute one that is refused. */
const refused = (operation: string | Matcher, window: number) =>
  `${answered(operation, window, { status_code: '401' })}\n/\n${answered(operation, window)}`

const { unauthorized, unauthorizedRare, failing, failingRare } = limits
const RARE = not(FREQUENT)

/** What the frequent operation of a service says about its credentials outranks what others said an hour ago. */
const unlessFrequent = `unless on (env, target)\n${answered(FREQUENT, unauthorizedRare.window, { status_code: '401' })} > 0`

const byTarget = (vector: string) => `max by (env, target) (\n${vector}\n)`

const unauthorizedIncident: Incident = { alert: 'ExternalUnauthorized', by: ['env', 'target'] }

const externalUnauthorized: Alert = {
  name: unauthorizedIncident.alert,
  failure: 'F9',
  expr: steady(unauthorizedIncident, {
    begins: byTarget(
      `${refused(FREQUENT, unauthorized.window)} > ${unauthorized.share}\n` +
        `or\n(\n${refused(RARE, unauthorizedRare.window)} > ${unauthorizedRare.share}\n${unlessFrequent}\n)`,
    ),
    goesOn: [
      byTarget(`${refused(FREQUENT, unauthorized.window)} > ${unauthorized.endsBelow}`),
      byTarget(
        `(\n${refused(RARE, unauthorizedRare.memory)} > 0\n` +
          `unless ${answered(RARE, unauthorizedRare.window, { status_code: matching('2..') })} > 0\n)\n${unlessFrequent}`,
      ),
      whileDown(unauthorizedIncident, 'api', 'worker'),
    ],
    value: byTarget(refused(FREQUENT, unauthorized.window)),
  }),
  for: unauthorized.for,
  limit: `more than ${percent(unauthorized.share)} answered 401 in ${duration(unauthorized.window)} (rare calls: ${percent(unauthorizedRare.share)} in ${duration(unauthorizedRare.window)})`,
  severity: 'critical',
  summary:
    '{{ $labels.target }} refuses our credentials: {{ $value | humanizePercentage }} answered 401',
  description:
    'What depends on {{ $labels.target }} has stopped, and its jobs wait for this alert. The panel shows which operation. ' +
    'Most likely a token was revoked or the secret in the cluster is wrong; a 401 that a token refresh repairs does not get here.',
  panel: 'vf-worker/external-unauthorized',
}

/** 401 has its own alert, 404 is an answer, and `aborted` is our own decision. */
export const FAILED = notMatching('[23]..|401|404|aborted')
const SUCCEEDED = matching('[23]..|404')

const counted = (status_code: Matcher | undefined, window: number, offset = 0) =>
  total(['target'], increase(calls(status_code ? { status_code } : {}), window, offset))
const failed = (window: number, offset = 0) => counted(FAILED, window, offset)
const bothHalves = (window: number) =>
  `${failed(window / 2)} > 0\nand\n${failed(window / 2, window / 2)} > 0`
const share = `${failed(failing.window)}\n/\n${counted(undefined, failing.window)}`

/** Not one success, and failures before and lately: the share is 1. */
const rarelyFailing = failingRare.map(
  ({ atLeast, window }) =>
    `(\n1 + 0 * (${failed(window)} > ${atLeast - 0.5})\nand\n${bothHalves(window)}\n` +
    `unless\n${counted(SUCCEEDED, window)} > 0\n)`,
)

const failingIncident: Incident = { alert: 'ExternalFailing', by: ['env', 'target'] }

/**
 * Mostly failing, and both lately and before that: a burst of two minutes, or one failed hourly run,
 * is over before both halves have held for long enough.
 */
const externalFailing: Alert = {
  name: failingIncident.alert,
  failure: 'F10',
  expr: steady(failingIncident, {
    begins: [
      `${share} > ${failing.share}\nand\n${bothHalves(failing.window)}`,
      ...rarelyFailing,
    ].join('\nor\n'),
    goesOn: [
      `${share} > ${failing.endsBelow}\nand\n${failed(failing.window / 2)} > 0`,
      whileDown(failingIncident, 'api', 'worker'),
    ],
    value: share,
  }),
  for: failing.for,
  keepFiringFor: CALM,
  limit: `more than ${percent(failing.share)} failed in ${duration(failing.window)}; where calls are few, ${failingRare.map(({ atLeast, window }) => `${atLeast} in ${duration(window)}`).join(' or ')} without a success`,
  severity: 'warning',
  summary: '{{ $value | humanizePercentage }} of calls to {{ $labels.target }} fail',
  description:
    'They end in 5xx, 429, a timeout or a broken connection; jobs retry by themselves. The panel shows how they fail. ' +
    'Most likely the service itself is down: look at its status page, then at our network.',
  panel: 'vf-worker/external-failures',
}

export const externalGroup: AlertGroup = {
  name: 'external-services',
  alerts: [externalUnauthorized, externalFailing],
}
