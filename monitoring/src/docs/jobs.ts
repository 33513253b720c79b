import { type Job, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '../components/jobs/alerts.ts'
import { runbookAnchor } from '../grafana/links.ts'
import { duration } from '../promql/time.ts'
import type { Parts } from './markers.ts'
import { code, table } from './table.ts'

const rows = Object.entries<Job>(jobs).map(([job, about]) => [
  code(job),
  code(about.cron),
  about.does,
  duration(about.intervalSeconds),
  duration(about.staleAfterSeconds),
  about.severity,
  `[${staleAlert(job)}](../runbooks.md#${runbookAnchor(staleAlert(job))})`,
])

/** `jobs`: the job table. */
export const jobParts: Parts = {
  jobs: table(
    ['Job', 'Planned at (UTC)', 'What it does', 'Every', 'Stale after', 'Severity', 'Alert'],
    rows,
  ),
}
