import { catalogue } from '@verifluence/api/catalogue'
import { held, instant, newest, started } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /** The domain tick runs every 30 s; four missed ones and a bridge of two lost scrapes. */
  domainStale: { after: 150, for: 30 },

  /** How long a person may let something lie, by table. */
  waiting: {
    offers: 48 * HOUR,
    session_submissions: 24 * HOUR,
  } satisfies Record<
    (typeof catalogue.domainOldestPending.labels)[0]['known'][number]['table'],
    number
  >,
} as const

const { domainStale, waiting } = limits

/** The counter exists for every table from the first scrape; the instant only after a success. */
const known = `0 * ${newest(['table'], held(series(catalogue.domainRefresh)))} + on (env) group_left () ${started('api')}`

const gaugesStale: Alert = {
  name: 'DomainGaugesStale',
  failure: 'F18',
  expr: `time() - (\n  ${instant(['table'], series(catalogue.domainLastRefresh), 120)}\n  or\n  ${known}\n) > ${domainStale.after}`,
  for: domainStale.for,
  limit: `not read for ${duration(domainStale.after)}`,
  severity: 'critical',
  summary: 'Table {{ $labels.table }} was last read {{ $value | humanizeDuration }} ago',
  description:
    'The api can no longer count what is in PostgreSQL: the database is down, out of connections, ' +
    'or a query hangs. Users get errors as well. Start with the database.',
  panel: 'vf-api/domain-refresh',
}

const waitingAlert = (
  table: keyof typeof waiting,
  name: string,
  what: string,
  who: string,
): Alert => ({
  name,
  failure: 'F21',
  expr: `time() - ${newest(['table'], held(series(catalogue.domainOldestPending, { table })))} > ${waiting[table]}`,
  for: 60,
  limit: `the oldest has waited ${duration(waiting[table])}`,
  severity: 'warning',
  summary: `${what} has waited {{ $value | humanizeDuration }} for a person`,
  description: `Nothing is broken; ${who} has not answered within ${duration(waiting[table])}. Find the oldest one with the query in the runbook and ask.`,
  panel: `vf-api/oldest-${table}`,
})

export const domainGroup: AlertGroup = {
  name: 'domain',
  alerts: [
    gaugesStale,
    waitingAlert('offers', 'OfferWaiting', 'An offer', 'its receiver'),
    waitingAlert('session_submissions', 'SubmissionWaiting', 'A submission', 'the operator'),
  ],
}
