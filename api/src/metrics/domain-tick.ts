import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { countByStatus, createSqlGauges, postgresQuery, type SqlGauges } from 'sideport'
import {
  CAMPAIGN_STATUSES,
  DEAL_STATUSES,
  NEGOTIATION_STATUSES,
  OFFER_STATUSES,
  SUBMISSION_STATUSES,
} from '../catalogue/values.ts'
import { TOTALS } from '../domain/totals.ts'
import type { Service } from './service.ts'

/** Reads the totals of every table each 30 seconds. */
export const createDomainTick = ({ metrics }: Service<'api'>, db: Pool, log: Logger): SqlGauges =>
  createSqlGauges({
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
