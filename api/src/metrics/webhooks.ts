import type { Pool } from 'pg'
import { labelOf } from '../webhooks/event-type.ts'
import type { Effect } from '../webhooks/events/index.ts'
import { readBacklog } from '../webhooks/inbox/backlog.ts'
import type { ReceiveResult } from '../webhooks/receiver/receive.ts'
import type { Service } from './service.ts'

/** What the receiver and the processor of webhooks tell; the inbox itself is looked at on each scrape. */
export const recordWebhooks = ({ metrics, collect }: Service<'api'>, db: Pool) => {
  const source = 'kick'
  const oldest = metrics.webhookOldestUnprocessed.with({ source })
  collect(
    'webhook_inbox',
    ['webhookBacklog', 'webhookOldestUnprocessed', 'webhookParked'],
    async () => {
      const backlog = await readBacklog(db)
      metrics.webhookBacklog.set({ source }, backlog.waiting)
      metrics.webhookParked.set({ source }, backlog.parked)
      if (backlog.oldest === null) oldest.remove()
      else oldest.set(backlog.oldest)
    },
  )
  return {
    received: (result: ReceiveResult, eventType: string | undefined, seconds: number) => {
      metrics.webhookReceived.inc({ source, event_type: labelOf(eventType), result })
      metrics.webhookReceiveDuration.observe({ source, result }, seconds)
    },
    /** @param at Unix seconds */
    verifiedAt: (at: number) => metrics.webhookLastReceived.set({ source }, at),
    processed: (eventType: string, result: Effect | 'error', seconds: number) => {
      metrics.webhookProcessed.inc({ source, event_type: labelOf(eventType), result })
      metrics.webhookProcessDuration.observe({ source, result }, seconds)
    },
  }
}
