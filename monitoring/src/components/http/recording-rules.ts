import { catalogue } from '@verifluence/api/catalogue'
import { rate, total } from '../../promql/patterns.ts'
import { type Matchers, matching, notMatching, series } from '../../promql/series.ts'
import type { Recording, RecordingGroup } from '../alert.ts'

/** The objective of the API: this share of requests is answered without a server error. */
export const objective = { availability: 0.995, periodDays: 30 } as const

/** Webhooks are many and fast: apart from the API, or they would dilute its errors. */
export const surfaces = {
  api: { route: notMatching('/wh/.*') },
  webhooks: { route: matching('/wh/.*') },
} as const satisfies Record<string, Matchers>

const LEVEL = 'env_surface'
export const requestRate = (window: '5m' | '30m') => `${LEVEL}:vf_http_requests:rate${window}`
export const errorRate = (window: '5m' | '30m') => `${LEVEL}:vf_http_errors:rate${window}`

export type Window = '5m' | '30m' | '2h' | '6h' | '1d' | '3d' | '30d'
/** Share of requests answered 5xx; NaN while there are none, which no comparison takes for trouble. */
export const errorRatio = (window: Window) => `${LEVEL}:vf_http_error_ratio:rate${window}`

const rates = (window: '5m' | '30m'): Recording[] =>
  Object.entries(surfaces).flatMap(([surface, matchers]) => {
    const requests = total([], rate(series(catalogue.httpRequests, matchers), window))
    const failed = { ...matchers, status_code: matching('5..') }
    const errors = total([], rate(series(catalogue.httpRequests, failed), window))
    const labels = { surface }
    return [
      { record: requestRate(window), expr: requests, labels },
      // A service without a single 5xx has no such series; its rate is 0 and not unknown.
      { record: errorRate(window), expr: `${errors}\nor\n0 * ${requests}`, labels },
    ]
  })

const shortRatio = (window: '5m' | '30m'): Recording => ({
  record: errorRatio(window),
  expr: `${errorRate(window)} / ${requestRate(window)}`,
})

/** Long windows average what is recorded already instead of reading every sample again. */
const longRatio = (window: Exclude<Window, '5m' | '30m'>): Recording => ({
  record: errorRatio(window),
  expr: `avg_over_time(${errorRate('5m')}[${window}])\n/\navg_over_time(${requestRate('5m')}[${window}])`,
})

export const availabilityGroups: readonly RecordingGroup[] = [
  {
    name: 'api-availability',
    recordings: [...rates('5m'), ...rates('30m'), shortRatio('5m'), shortRatio('30m')],
  },
  {
    name: 'api-availability-long',
    // Half of Prometheus' five-minute lookback, so that a result never goes missing between two.
    interval: 150,
    recordings: (['2h', '6h', '1d', '3d', '30d'] as const).map(longRatio),
  },
]
