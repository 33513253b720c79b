import { catalogue } from '@verifluence/api/catalogue'
import { anyOf, buckets, matching, series } from '../../promql/series.ts'
import { inEnv, maxBy } from '../query.ts'

export const received = (matchers = {}) =>
  series(catalogue.webhookReceived, inEnv({ event_type: matching('$event_type'), ...matchers }))

export const processed = (matchers = {}) =>
  series(catalogue.webhookProcessed, inEnv({ event_type: matching('$event_type'), ...matchers }))

export const gauge = (definition: Parameters<typeof series>[0]) =>
  maxBy(['source'], series(definition, inEnv()))

export const REJECTED = anyOf(['invalid_signature', 'stale_timestamp', 'missing_headers'])

export const answered = buckets(
  catalogue.webhookReceiveDuration,
  inEnv({ result: anyOf(['ok', 'duplicate', 'error']) }),
)

export const silence = `time() - ${gauge(catalogue.webhookLastReceived)}`
