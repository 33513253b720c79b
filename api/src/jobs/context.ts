import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { EXTERNAL_OPERATIONS } from '../catalogue/values.ts'
import type { FetchFor } from '../clients/http/fetch.ts'
import type { WorkerConfig } from '../config.ts'

type Operations = typeof EXTERNAL_OPERATIONS

/** One recording `fetch` for each operation of each outside service. */
export type OutsideFetch = {
  readonly [Target in keyof Operations]: FetchFor<Operations[Target][number]>
}

/** What the worker hands to a job for one run. */
export interface JobContext {
  readonly db: Pool
  /** Carries the job's name; ids belong here and never into labels. */
  readonly log: Logger
  /** The wall clock. */
  readonly now: () => Date
  readonly config: WorkerConfig
  /** Every attempt through it is counted: `fetchFor.kick('channels')`. */
  readonly fetchFor: OutsideFetch
  /** Fires when the worker shuts down: finish what is in hand, start nothing new. */
  readonly signal: AbortSignal
  /** Sets `vf_worker_live_streams`. */
  readonly reportLiveStreams: (count: number) => void
}

/** A job: resolves when the run succeeded, throws when it failed. */
export type JobFunction = (context: JobContext) => Promise<void>
