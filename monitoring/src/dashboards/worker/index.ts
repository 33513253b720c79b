import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobs } from '@verifluence/api/jobs'
import { processRow } from '../process.ts'
import type { DashboardSpec } from '../spec.ts'
import { delivery } from './delivery.ts'
import { fine } from './fine.ts'
import { lastSuccess } from './liveness.ts'
import { outside } from './outside.ts'
import { runs } from './runs.ts'

export const workerDashboard: DashboardSpec = {
  uid: 'vf-worker',
  description: 'Jobs, outside services, delivery of alerts and runtime of the worker process.',
  variables: [
    { name: 'job', label: 'Job', of: `${catalogue.pollInterval.name}{env=~"$env"}` },
    { name: 'target', label: 'Service', of: `${catalogue.externalHttp.name}{env=~"$env"}` },
  ],
  rows: [
    fine,
    { title: 'Time since the last success', panels: Object.entries<Job>(jobs).map(lastSuccess) },
    runs,
    outside,
    delivery,
    processRow('worker'),
  ],
}
