import { catalogue } from '@verifluence/api/catalogue'
import type { Battery } from '../scenario.ts'
import { latencies } from './latencies.ts'

export const apiStories: readonly Battery[] = [
  latencies('ApiSlow', {
    definition: catalogue.httpRequestDuration,
    labels: { method: 'GET', route: '/api/offers', status_code: '200' },
    bearable: 0.8,
    slow: 2,
  }),
]
