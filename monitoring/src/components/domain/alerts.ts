import { catalogue } from '@verifluence/api/catalogue'
import { held, instant, newest, started } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import {
  clockWrong,
  DATABASE_ALERT,
  type Incident,
  lasting,
  steady,
  unlessExplained,
} from '../incident.ts'

const HOUR = 3_600

/** Thresholds, in seconds. */
export const limits = {
  /** The domain tick runs every 30 s; four missed ones and a bridge of two lost scrapes. */
  domainStale: { after: 150, endsBelow: 75, for: 30 },

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

const age = `time() - (\n  ${instant(['table'], series(catalogue.domainLastRefresh), 120)}\n  or\n  ${known}\n)`

const gaugesIncident: Incident = { alert: DATABASE_ALERT, by: ['env', 'table'] }

const gaugesStale: Alert = {
  name: gaugesIncident.alert,
  failure: 'F18',
  expr: steady(gaugesIncident, {
    begins: unlessExplained(
      gaugesIncident,
      `${age} > ${domainStale.after}`,
      [clockWrong('api')],
      300,
    ),
    // Without an api no table can have been read.
    goesOn: [
      `${age} > ${domainStale.endsBelow}`,
      `${lasting(gaugesIncident)}\nunless on (env) ${started('api')}`,
    ],
    value: age,
  }),
  for: domainStale.for,
  limit: `not read for ${duration(domainStale.after)}`,
  severity: 'critical',
  summary: 'Table {{ $labels.table }} was last read {{ $value | humanizeDuration }} ago',
  description:
    'The api cannot read PostgreSQL, so users get errors as well. All tables: the database is down, frozen or out of ' +
    'connections, and other alerts wait until it is back. One table: its query is locked out or too slow. Start with psql.',
  panel: 'vf-api/domain-refresh',
}

const refreshedAt = (table: string) => held(series(catalogue.domainLastRefresh, { table }))

const waitingAlert = (
  table: keyof typeof waiting,
  name: string,
  what: string,
  who: string,
): Alert => {
  const incident: Incident = { alert: name, by: ['env', 'table'] }
  const since = held(series(catalogue.domainOldestPending, { table }))
  // A replica that cannot read the table keeps an old value: only fresh ones count.
  const fresh = `(time() - ${refreshedAt(table)} <= ${domainStale.after})`
  const waits = `time() - ${newest(['table'], `${since} and on (env, instance, table) ${fresh}`)}`
  return {
    name,
    failure: 'F21',
    expr: steady(incident, {
      begins: `${waits} > ${waiting[table]}`,
      goesOn: [`${lasting(incident)} + ${waiting[table]}\nunless on (env, table) ${fresh}`],
      // Nothing waits: the newest answer is that it was answered.
      value: `${waits}\nor\n0 * ${newest(['table'], refreshedAt(table))}`,
    }),
    for: 60,
    limit: `the oldest has waited ${duration(waiting[table])}`,
    severity: 'warning',
    summary: `${what} has waited {{ $value | humanizeDuration }} for a person`,
    description: `Nothing is broken; ${who} has not answered within ${duration(waiting[table])}. Find the oldest one with the query in the runbook and ask.`,
    panel: `vf-api/oldest-${table}`,
  }
}

export const domainGroup: AlertGroup = {
  name: 'domain',
  alerts: [
    gaugesStale,
    waitingAlert('offers', 'OfferWaiting', 'An offer', 'its receiver'),
    waitingAlert('session_submissions', 'SubmissionWaiting', 'A submission', 'the operator'),
  ],
}
