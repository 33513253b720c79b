import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { WorkerClients } from '../clients/worker-clients.ts'

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
  /** Sets `vf_worker_live_streams`. */
  readonly reportLiveStreams: (count: number) => void
}

/** A job: resolves when the run succeeded, throws when it failed. */
export type JobFunction = (context: JobContext) => Promise<void>
