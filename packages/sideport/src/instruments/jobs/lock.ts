import { type Clock, systemClock, withDeadline } from '../../clock.ts'
import { type Log, silent } from '../../log.ts'

/** Lets one of several replicas run a job at a time. */
export interface PollLock {
  /**
   * Takes the lock of a job, or answers `undefined` when another holds it; never waits for it.
   *
   * @throws Error when it cannot be known who holds it. The run then counts as failed.
   */
  acquire(job: string): Promise<HeldLock | undefined>
}

export interface HeldLock {
  /** Gives the lock back. Never throws. */
  release(): Promise<void>
}

/** The part of a `pg` client that is used. */
export interface LockClient {
  connect(): Promise<unknown>
  query(text: string, values: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  end(): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface PostgresLockOptions {
  /**
   * Makes a client that is not connected yet, one for each run: a lock lives on a connection of its
   * own, so a long job takes none from the pool and a process that dies lets go at once.
   */
  readonly client: () => LockClient
  readonly log?: Log
  readonly clock?: Clock
}

/** How long the database may take to say who holds a lock. */
const ANSWER_WITHIN_SECONDS = 10

// The connection idles while the job runs, and must neither be cut for that nor outlive its process:
// keepalives let the server detect within a minute when the machine is gone.
const TAKE = `select pg_try_advisory_lock(hashtextextended('poll ' || $1, 0)) as taken,
  set_config('idle_session_timeout', '0', false),
  set_config('tcp_keepalives_idle', '30', false),
  set_config('tcp_keepalives_interval', '10', false),
  set_config('tcp_keepalives_count', '3', false)`

/** A lock by PostgreSQL's session-level advisory locks: as many as there are job names, no table. */
export function createPostgresLock({
  client: makeClient,
  log = silent,
  clock = systemClock,
}: PostgresLockOptions): PollLock {
  return {
    async acquire(job) {
      const client = makeClient()
      let held = false
      client.on('error', (error) => {
        // The server has given the lock to others by now; the run cannot be taken back.
        if (held)
          log.warn({ job, err: error }, 'the connection that holds the lock of a job was lost')
        held = false
      })
      const end = () => withDeadline('end', 1, clock, () => client.end()).catch(() => {})

      try {
        const { rows } = await withDeadline(
          `lock of ${job}`,
          ANSWER_WITHIN_SECONDS,
          clock,
          async () => {
            await client.connect()
            return client.query(TAKE, [job])
          },
        )
        held = rows[0]?.taken === true
      } catch (error) {
        void end()
        throw error
      }
      if (!held) {
        await end()
        return undefined
      }
      return {
        async release() {
          held = false
          await end()
        },
      }
    },
  }
}
