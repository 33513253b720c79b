export { failureOf, REQUEST_FAILURES, type RequestFailure } from './failure.ts'
export {
  type Fetch,
  type OperationOf,
  type OutboundLabels,
  type OutboundMetrics,
  type RecordFetchOptions,
  recordFetch,
} from './record-fetch.ts'
