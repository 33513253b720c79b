import { eventTypeLabel, type WebhookProcessResult, type WebhookResult } from './label-values.ts'
import type { Service } from './sideport.ts'

/** Records what happens to webhook deliveries. */
export interface WebhookMetrics {
  /** A delivery was answered. */
  received(result: WebhookResult, eventType: string | undefined, seconds: number): void
  /** A delivery with a valid signature arrived. @param at Unix seconds. */
  verified(at: number): void
  /** One attempt to process a stored delivery is committed. */
  processed(result: WebhookProcessResult, eventType: string, seconds: number): void
}

/** The state of the inbox. */
export interface Backlog {
  readonly waiting: number
  /** When the oldest waiting delivery arrived, in Unix seconds. */
  readonly oldest: number | null
  readonly parked: number
}

/** Creates the recorders; the inbox is read on each scrape. */
export function createWebhookMetrics(
  { metrics, collect }: Service<'api'>,
  readBacklog: () => Promise<Backlog>,
): WebhookMetrics {
  const source = 'kick'
  const oldest = metrics.webhookOldestUnprocessed.with({ source })
  collect(
    'webhook_inbox',
    ['webhookBacklog', 'webhookOldestUnprocessed', 'webhookParked'],
    async () => {
      const backlog = await readBacklog()
      metrics.webhookBacklog.set({ source }, backlog.waiting)
      metrics.webhookParked.set({ source }, backlog.parked)
      if (backlog.oldest === null) oldest.remove()
      else oldest.set(backlog.oldest)
    },
  )
  return {
    received: (result, eventType, seconds) => {
      metrics.webhookReceived.inc({ source, event_type: eventTypeLabel(eventType), result })
      metrics.webhookReceiveDuration.observe({ source, result }, seconds)
    },
    verified: (at) => metrics.webhookLastReceived.set({ source }, at),
    processed: (result, eventType, seconds) => {
      metrics.webhookProcessed.inc({ source, event_type: eventTypeLabel(eventType), result })
      metrics.webhookProcessDuration.observe({ source, result }, seconds)
    },
  }
}
