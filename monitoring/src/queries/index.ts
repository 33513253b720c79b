import { domain } from './domain.ts'
import { exposition } from './exposition.ts'
import { http } from './http.ts'
import { jobs } from './jobs.ts'
import { outside } from './outside.ts'
import { processes } from './process.ts'
import type { MetricKey, Queries, Theme } from './query.ts'
import { eventLoop, memory, resources } from './runtime.ts'
import { processing, receiver } from './webhooks.ts'

export type { MetricKey, Queries, Theme, UsefulQuery } from './query.ts'

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
