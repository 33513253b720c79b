import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { held, newest } from '../promql/patterns.ts'
import { series } from '../promql/series.ts'
import { duration } from '../promql/time.ts'
import { length } from '../words.ts'
import type { Alert, AlertGroup } from './alert.ts'

const { eventLoop } = limits

/** The gauge holds the worst delay of its last half minute, whoever scrapes it and how often. */
const eventLoopBlocked: Alert = {
  name: 'EventLoopBlocked',
  failure: 'F19',
  expr: `${newest(['service'], held(series(catalogue.eventLoopLagMax)))} > ${eventLoop.blockedFor}`,
  for: eventLoop.for,
  limit: `a pause above ${length(eventLoop.blockedFor)} in every half minute`,
  severity: 'warning',
  summary:
    'The event loop of {{ $labels.service }} stands still for {{ $value | humanizeDuration }}',
  description:
    `Something computes for too long without a pause, in every half minute of the last ${duration(eventLoop.for)}. ` +
    'Everything else waits meanwhile: requests, webhooks, probes. A large payload, a loop, or starved CPU.',
  panel: 'vf-api/event-loop',
}

export const runtimeGroup: AlertGroup = { name: 'runtime', alerts: [eventLoopBlocked] }
