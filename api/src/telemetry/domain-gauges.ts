import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { countByStatus, createSqlGauges, postgresQuery, type SqlGauges } from 'sideport'
import {
  CAMPAIGN_STATUSES,
  DEAL_STATUSES,
  type DOMAIN_TABLES,
  NEGOTIATION_STATUSES,
  OFFER_STATUSES,
  SUBMISSION_STATUSES,
} from './label-values.ts'
import type { Service } from './sideport.ts'

/**
 * How each table is counted by status for the gauges; `oldest` is since when its oldest row has
 * waited for a person. Every statement reads indices alone.
 */
const TOTALS: Readonly<Record<(typeof DOMAIN_TABLES)[number], string>> = {
  offers: `select status, count(*),
      case status when 'pending' then
        (select min(created_at) from offers where status = 'pending') end as oldest
    from offers group by status`,
  negotiations: 'select status, count(*) from negotiations group by status',
  deals: 'select status, count(*) from deals group by status',
  session_submissions: `select status, count(*),
      case status when 'pending_review' then
        (select min(submitted_at) from session_submissions where status = 'pending_review') end as oldest
    from session_submissions group by status`,
  campaigns: 'select status, count(*) from campaigns group by status',
}

/** Reads the totals of every table every 30 seconds. */
export function createDomainGauges({ metrics }: Service<'api'>, db: Pool, log: Logger): SqlGauges {
  return createSqlGauges({
    query: postgresQuery(db),
    metrics: { lastRefresh: metrics.domainLastRefresh, refreshes: metrics.domainRefresh },
    log,
    tables: [
      countByStatus({
        table: 'offers',
        statement: TOTALS.offers,
        statuses: OFFER_STATUSES,
        byStatus: metrics.offersByStatus,
        pending: {
          status: 'pending',
          oldest: metrics.domainOldestPending.with({ table: 'offers' }),
        },
      }),
      countByStatus({
        table: 'negotiations',
        statement: TOTALS.negotiations,
        statuses: NEGOTIATION_STATUSES,
        byStatus: metrics.negotiationsByStatus,
      }),
      countByStatus({
        table: 'deals',
        statement: TOTALS.deals,
        statuses: DEAL_STATUSES,
        byStatus: metrics.dealsByStatus,
      }),
      countByStatus({
        table: 'session_submissions',
        statement: TOTALS.session_submissions,
        statuses: SUBMISSION_STATUSES,
        byStatus: metrics.sessionSubmissionsByStatus,
        pending: {
          status: 'pending_review',
          oldest: metrics.domainOldestPending.with({ table: 'session_submissions' }),
        },
      }),
      countByStatus({
        table: 'campaigns',
        statement: TOTALS.campaigns,
        statuses: CAMPAIGN_STATUSES,
        byStatus: metrics.campaignsByStatus,
      }),
    ],
  })
}
