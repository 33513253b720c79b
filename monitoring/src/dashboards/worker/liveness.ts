import { catalogue } from '@verifluence/api/catalogue'
import type { Job } from '@verifluence/api/jobs'
import { staleAlert } from '../../alerts/names.ts'
import { duration } from '../../promql/time.ts'
import { maxBy } from '../query.ts'
import type { PanelSpec } from '../spec.ts'
import { worker } from './series.ts'

/** One panel a job, since each has a line of its own. */
export const lastSuccess = ([job, { staleAfterSeconds, cron, does, severity }]: [
  string,
  Job,
]): PanelSpec => ({
  key: `last-success-${job}`,
  title: job,
  description:
    `Time since ${job} last succeeded; it ${does}. Planned at \`${cron}\` (UTC); above the line, ` +
    `${duration(staleAfterSeconds)}, ${staleAlert(job)} (${severity}) fires.`,
  kind: 'lines',
  unit: 's',
  width: 6,
  limit: staleAfterSeconds,
  alert: staleAlert(job),
  queries: [
    {
      expr: `time() - (${maxBy(['env'], worker(catalogue.pollLastSuccess, { job }))} or ${maxBy(['env'], worker(catalogue.pollRegistered, { job }))})`,
      legend: 'since success {{env}}',
    },
  ],
})
