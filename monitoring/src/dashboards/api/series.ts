import { catalogue } from '@verifluence/api/catalogue'
import { buckets, matching, series } from '../../promql/series.ts'
import { inEnv, maxBy } from '../query.ts'

export const requests = (matchers = {}) =>
  series(catalogue.httpRequests, inEnv({ route: matching('$route'), ...matchers }))

export const durations = (matchers = {}) =>
  buckets(catalogue.httpRequestDuration, inEnv({ route: matching('$route'), ...matchers }))

export const refreshAge = `time() - ${maxBy(['table'], series(catalogue.domainLastRefresh, inEnv()))}`
