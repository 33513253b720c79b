import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { transaction } from '../../db/query.ts'
import { isHopeless } from '../events/event.ts'
import { type Effect, handleEvents } from '../events/index.ts'
import { claimDue, claimOne, type WaitingEvent } from './claim.ts'
import { markFailed, markProcessed } from './settle.ts'

/** What the work on the inbox leans on. */
export interface Processing {
  readonly db: Pool
  readonly log: Logger
  /** Called for each try, once its outcome is committed. */
  readonly record: (eventType: string, result: Effect | 'error', seconds: number) => void
}

const BATCH = 250

/**
 * Processes what is due, a batch at a time; effects and the mark "processed" share a transaction, so
 * that each event has its effect once, whatever dies when. When one event of a batch fails, its
 * neighbours are done again without it, each in a transaction of its own.
 *
 * @returns how many events were taken up.
 * @throws when the database does not take part; no event is blamed for that.
 */
export const processBatch = async (processing: Processing): Promise<number> => {
  const taken: WaitingEvent[] = []
  try {
    const settled = await transaction(processing.db, async (client) => {
      taken.push(...(await claimDue(client, BATCH)))
      const handled = await handleEvents(client, taken)
      if (handled.length > 0) await markProcessed(client, handled)
      return handled
    })
    for (const { event, effect, seconds } of settled) {
      processing.record(event.eventType, effect, seconds)
    }
  } catch (error) {
    if (taken.length === 0) throw error
    for (const { id } of taken) await processOne(processing, id)
  }
  return taken.length
}

const processOne = async ({ db, log, record }: Processing, id: string): Promise<void> => {
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
      const { parked } = await markFailed(client, event, error, isHopeless(error))
      return { event, error, parked }
    }
  })
  if (!outcome) return
  const { event } = outcome
  if ('handled' in outcome) {
    for (const { effect, seconds } of outcome.handled) record(event.eventType, effect, seconds)
    return
  }
  record(event.eventType, 'error', secondsSince(startedAt))
  log.error(
    {
      message_id: event.messageId,
      event_type: event.eventType,
      attempt: event.attempts + 1,
      parked: outcome.parked,
      error: String(outcome.error),
    },
    outcome.parked ? 'webhook event parked' : 'webhook event failed, will be tried again',
  )
}

const secondsSince = (startedAt: number) => (performance.now() - startedAt) / 1000
