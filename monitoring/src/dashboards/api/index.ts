import { catalogue } from '@verifluence/api/catalogue'
import { processRow } from '../process.ts'
import type { DashboardSpec } from '../spec.ts'
import { domain } from './domain.ts'
import { fine } from './fine.ts'
import { red } from './routes.ts'

export const apiDashboard: DashboardSpec = {
  uid: 'vf-api',
  description: 'Requests, domain and runtime of the api process.',
  variables: [{ name: 'route', label: 'Route', of: `${catalogue.httpRequests.name}{env=~"$env"}` }],
  rows: [fine, red, domain, processRow('api')],
}
