import type { DOMAIN_TABLES } from '../catalogue/values.ts'

/**
 * How each table is counted by status for the gauges; `oldest` is since when its oldest row has
 * waited for a person. Every statement reads indices alone.
 */
export const TOTALS: Readonly<Record<(typeof DOMAIN_TABLES)[number], string>> = {
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
