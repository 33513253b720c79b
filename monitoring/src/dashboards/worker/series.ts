import { catalogue } from '@verifluence/api/catalogue'
import { matching, series } from '../../promql/series.ts'
import { inEnv } from '../query.ts'

export const worker = (definition: Parameters<typeof series>[0], matchers = {}) =>
  series(definition, inEnv(matchers))

export const ofJob = (definition: Parameters<typeof series>[0], matchers = {}) =>
  worker(definition, { job: matching('$job'), ...matchers })

export const calls = (matchers = {}) =>
  series(catalogue.externalHttp, inEnv({ target: matching('$target'), ...matchers }))
