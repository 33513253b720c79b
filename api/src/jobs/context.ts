import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { refusesUs } from '../clients/http/errors.ts'
import type { WorkerClients } from '../clients/worker-clients.ts'
import { type Db, type RefusedRow, rows } from '../db/query.ts'

/** What the worker hands to a job for one run. */
export interface JobContext {
  readonly db: Pool
  /** Carries the job's name; ids belong here and never into labels. */
  readonly log: Logger
  /** The wall clock. */
  readonly now: () => Date
  /** Built once for the process by `createWorkerClients`; every attempt through them is counted. */
  readonly clients: WorkerClients
  /** Fires when the worker shuts down: finish what is in hand, start nothing new. */
  readonly signal: AbortSignal
  /**
   * Whether a run may undo or delete more than jobs usually do. Only for a run by hand, after a person
   * has read why the job stopped.
   */
  readonly liftLimits: boolean
  /** Sets `vf_worker_live_streams`. */
  readonly reportLiveStreams: (count: number) => void
}

/** A job: resolves with how many items a successful run handled, throws when the run failed. */
export type JobFunction = (context: JobContext) => Promise<number>

/** Kick's user ids of all active streamers with a channel. */
export async function trackedChannels(db: Db): Promise<number[]> {
  const tracked = await rows<{ kick_user_id: string }>(
    db,
    `select kick_user_id from streamer_channels
     join streamers on streamers.id = streamer_id
     where active order by kick_user_id`,
  )
  return tracked.map(({ kick_user_id }) => Number(kick_user_id))
}

/** How a job works through its parts. */
export interface WorkPlan {
  /** What the parts are called in messages, such as `batches`. */
  readonly what: string
  /** How many parts may be in hand at a time. */
  readonly concurrency: number
  readonly signal: AbortSignal
  readonly log: Logger
}

/** After so many failures in a row the fault is not in the parts, and the rest would only add to it. */
const HOPELESS = 10

/**
 * Gives every part its try: a part that fails costs only itself. When the target refuses us
 * altogether, or nothing but failures come, the rest is left for the next run.
 *
 * @throws AggregateError that sums up, after all has been tried; the abort reason when `signal`
 * fired before all was done.
 */
export async function workThrough<Part>(
  plan: WorkPlan,
  parts: readonly Part[],
  work: (part: Part) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = []
  let failedInARow = 0
  let hopeless = false
  let next = 0

  async function oneAfterAnother(): Promise<void> {
    while (next < parts.length && !hopeless && !plan.signal.aborted) {
      const part = parts[next++] as Part
      try {
        await work(part)
        failedInARow = 0
      } catch (err) {
        errors.push(err)
        failedInARow++
        hopeless = failedInARow >= HOPELESS || refusesUs(err)
        if (!plan.signal.aborted) plan.log.warn({ err }, `one of the ${plan.what} failed`)
      }
    }
  }

  const lanes = Math.min(plan.concurrency, parts.length)
  await Promise.all(Array.from({ length: lanes }, oneAfterAnother))
  const complete = next === parts.length && errors.length === 0
  if (!complete) plan.signal.throwIfAborted()
  if (errors.length > 0) throw summary(plan.what, parts.length, next, errors)
}

/** Cuts a list into pieces of at most `size`. */
export function batchesOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}

/** @throws Error when the database did not take some of what a job had to save. */
export function throwIfRefused<Row>(
  refused: readonly RefusedRow<Row>[],
  what: string,
  all: number,
): void {
  const [first] = refused
  if (!first) return
  const reason = first.error instanceof Error ? first.error.message : String(first.error)
  throw new Error(
    `the database refuses ${refused.length} of ${all} ${what}; the first: ${reason} (${JSON.stringify(first.row)})`,
    { cause: first.error },
  )
}

function summary(what: string, all: number, tried: number, errors: unknown[]): AggregateError {
  const untried = tried < all ? `, ${all - tried} not tried` : ''
  const [first] = errors
  const reason = first instanceof Error ? first.message : String(first)
  const message = `${errors.length} of ${all} ${what} failed${untried}; the first: ${reason}`
  return new AggregateError(errors, message, { cause: first })
}
