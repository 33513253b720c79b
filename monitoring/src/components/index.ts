import type { Alert, AlertGroup, RecordingGroup } from './alert.ts'
import { databaseGroup } from './database/alerts.ts'
import { domainGroup } from './domain/alerts.ts'
import { domain } from './domain/queries.ts'
import { externalGroup } from './external-calls/alerts.ts'
import { outside } from './external-calls/queries.ts'
import { apiGroup } from './http/alerts.ts'
import { http } from './http/queries.ts'
import { availabilityGroups } from './http/recording-rules.ts'
import { incidentRecordings } from './incident.ts'
import { stalenessGroup } from './jobs/alerts.ts'
import { jobs } from './jobs/queries.ts'
import { deliveryGroup } from './notifications/alerts.ts'
import { platformGroup } from './platform/alerts.ts'
import type { MetricKey, Queries, Theme } from './query.ts'
import { instrumentationGroup, runtimeGroup } from './runtime/alerts.ts'
import { eventLoop, exposition, memory, processes, resources } from './runtime/queries.ts'
import { presenceGroup } from './targets/alerts.ts'
import { webhookGroup } from './webhooks/alerts.ts'
import { processing, receiver } from './webhooks/queries.ts'

export type { Alert, AlertGroup, Severity } from './alert.ts'
export { staleAlert, stalenessGroup } from './jobs/alerts.ts'
export type { MetricKey, Queries, Theme, UsefulQuery } from './query.ts'

/** Every group but the pollers', which live in a file of their own. */
export const platformGroups: readonly AlertGroup[] = [
  presenceGroup,
  externalGroup,
  webhookGroup,
  apiGroup,
  domainGroup,
  databaseGroup,
  platformGroup,
  runtimeGroup,
  instrumentationGroup,
  deliveryGroup,
]

/** Every alert of the platform. */
export const alerts: readonly Alert[] = [stalenessGroup, ...platformGroups].flatMap(
  (group) => group.alerts,
)

export const recordingGroups: readonly RecordingGroup[] = [
  incidentRecordings,
  ...availabilityGroups,
]

/** In the order of the docs. */
export const themes: readonly Theme[] = [
  http,
  domain,
  receiver,
  processing,
  jobs,
  outside,
  processes,
  eventLoop,
  memory,
  resources,
  exposition,
]

/** The useful queries of every metric; a metric of the catalogue that has none does not compile. */
export const queries: Readonly<Record<MetricKey, Queries>> = {
  ...http.queries,
  ...domain.queries,
  ...receiver.queries,
  ...processing.queries,
  ...jobs.queries,
  ...outside.queries,
  ...processes.queries,
  ...eventLoop.queries,
  ...memory.queries,
  ...resources.queries,
  ...exposition.queries,
}
