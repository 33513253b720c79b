import { names, type Theme } from '../query.ts'

const { offersByStatus, domainLastRefresh, domainRefresh, domainOldestPending } = names
const submissions = names.sessionSubmissionsByStatus

const NOTHING_WAITS = 'nothing waits for a person'

/** What lies in the database, as every api replica counts it. */
export const domain = {
  name: 'domain',
  page: 'api-metrics',
  queries: {
    campaignsByStatus: [
      { answers: 'Campaigns, by status.', expr: `max by (status) (${names.campaignsByStatus})` },
    ],
    offersByStatus: [
      { answers: 'Offers, by status.', expr: `max by (status) (${offersByStatus})` },
      {
        answers: 'Share of the offers no longer open that were accepted.',
        expr: `max(${offersByStatus}{status="accepted"})\n/\n(sum(max by (status) (${offersByStatus}{status!="pending"})) > 0)`,
        mayBeEmpty: 'every offer is still open',
      },
    ],
    negotiationsByStatus: [
      {
        answers: 'Negotiations, by status.',
        expr: `max by (status) (${names.negotiationsByStatus})`,
      },
    ],
    dealsByStatus: [
      { answers: 'Deals, by status.', expr: `max by (status) (${names.dealsByStatus})` },
    ],
    sessionSubmissionsByStatus: [
      { answers: 'Session submissions, by status.', expr: `max by (status) (${submissions})` },
      {
        answers: 'The longest queue for review in the last day.',
        expr: `max(max_over_time(${submissions}{status="pending_review"}[1d]))`,
      },
    ],
    domainLastRefresh: [
      {
        answers: 'Seconds since the totals of each table were read.',
        expr: `time() - max by (table) (${domainLastRefresh})`,
      },
    ],
    domainRefresh: [
      {
        answers: 'Reads that failed in the last hour, by table and how.',
        expr: `sum by (table, result) (increase(${domainRefresh}{result!="ok"}[1h]))`,
      },
    ],
    domainOldestPending: [
      {
        answers: 'Hours for which the oldest row of each table has waited.',
        expr: `(time() - max by (table) (${domainOldestPending})) / 3600`,
        mayBeEmpty: NOTHING_WAITS,
      },
    ],
  },
} as const satisfies Theme
