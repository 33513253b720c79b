import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { transaction } from '../db/query.ts'
import type { WebhookMetrics } from '../telemetry/webhook-metrics.ts'
import { isUnreadable } from './events/event.ts'
import { handleEvents } from './events/handle.ts'
import { claimDue, claimOne, markFailed, markProcessed, type WaitingEvent } from './inbox.ts'

/** What the processor uses. */
export interface ProcessorOptions {
  readonly db: Pool
  readonly log: Logger
  readonly metrics: WebhookMetrics
}

/** Processes the inbox until it is stopped. */
export interface Processor {
  /** Starts the next batch now instead of at the next sweep. */
  wake(): void
  /** Resolves when the current batch is done. */
  stop(): Promise<void>
}

/** How soon the sweep finds events left by a crash, postponed ones, and those of other replicas. */
const SWEEP_MS = 1000
const BATCH = 250

/** Starts processing the inbox: at once, whenever woken, and by a sweep. */
export function startProcessor(options: ProcessorOptions): Processor {
  let stopped = false
  let woken = false
  let wakeUp = () => {}

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, SWEEP_MS)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const pause = () =>
    new Promise((resolve) => {
      setTimeout(resolve, SWEEP_MS)
    })

  const work = async () => {
    while (!stopped) {
      woken = false
      const taken = await processBatch(options).catch((error: unknown) => {
        options.log.error({ err: String(error) }, 'webhook inbox could not be read')
        return undefined
      })
      // After a failure wait for the sweep, however many deliveries arrive.
      if (taken === undefined) await pause()
      else if (taken === 0 && !woken && !stopped) await rest()
    }
  }

  const working = work()
  return {
    wake: () => {
      woken = true
      wakeUp()
    },
    stop: async () => {
      stopped = true
      wakeUp()
      await working
    },
  }
}

/**
 * Processes due events, a batch at a time. Effects and the mark "processed" share a transaction, so
 * each event takes effect exactly once, whatever crashes when. When one event of a batch fails, each
 * event is processed again in its own transaction.
 *
 * @returns how many events were taken.
 * @throws when the database is unavailable; no event is blamed for that.
 */
async function processBatch(options: ProcessorOptions): Promise<number> {
  const taken: WaitingEvent[] = []
  try {
    const settled = await transaction(options.db, async (client) => {
      taken.push(...(await claimDue(client, BATCH)))
      const handled = await handleEvents(client, taken)
      if (handled.length > 0) await markProcessed(client, handled)
      return handled
    })
    for (const { event, effect, seconds } of settled) {
      options.metrics.processed(effect, event.eventType, seconds)
    }
  } catch (error) {
    if (taken.length === 0) throw error
    for (const { id } of taken) await processOne(options, id)
  }
  return taken.length
}

async function processOne({ db, log, metrics }: ProcessorOptions, id: string): Promise<void> {
  const startedAt = performance.now()
  const outcome = await transaction(db, async (client) => {
    const event = await claimOne(client, id)
    if (!event) return undefined
    await client.query('savepoint untouched')
    try {
      const handled = await handleEvents(client, [event])
      await markProcessed(client, handled)
      return { event, handled }
    } catch (error) {
      await client.query('rollback to savepoint untouched')
      const { parked } = await markFailed(client, event, error, isUnreadable(error))
      return { event, error, parked }
    }
  })
  if (!outcome) return
  const { event } = outcome
  if ('handled' in outcome) {
    for (const { effect, seconds } of outcome.handled) {
      metrics.processed(effect, event.eventType, seconds)
    }
    return
  }
  metrics.processed('error', event.eventType, (performance.now() - startedAt) / 1000)
  log.error(
    {
      message_id: event.messageId,
      event_type: event.eventType,
      attempt: event.attempts + 1,
      parked: outcome.parked,
      err: String(outcome.error),
    },
    outcome.parked ? 'webhook event parked' : 'webhook event failed, will be tried again',
  )
}
