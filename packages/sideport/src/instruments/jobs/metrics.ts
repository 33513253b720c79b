interface Counts<Labels> {
  readonly with: (labels: Labels) => { inc(): void }
}

interface Sets<Labels> {
  readonly with: (labels: Labels) => { set(value: number): void }
}

/** The metrics of `createPolls`; handles of a catalogue fit. Instants are Unix seconds. */
export interface PollMetrics<Job extends string> {
  readonly runs: Counts<{ job: Job; result: 'ok' | 'error' }>
  readonly skipped: Counts<{ job: Job; reason: 'overlap' | 'lock_held' }>
  /** In seconds, failed runs included. */
  readonly duration: {
    readonly with: (labels: { job: Job }) => { observe(seconds: number): void }
  }
  /** 1 while a run is going on in this process. */
  readonly inProgress: Sets<{ job: Job }>
  /** The instant at which a run last started. */
  readonly lastRun: Sets<{ job: Job }>
  /** The instant at which a run last ended well, in any process; absent until the first. */
  readonly lastSuccess: Sets<{ job: Job }>
  /** The instant at which the job was first known, ever. */
  readonly registered: Sets<{ job: Job }>
  /** Seconds between two planned runs. */
  readonly interval: Sets<{ job: Job }>
  /** Heartbeats that could not be read or stored. */
  readonly heartbeatFailures: Counts<{ job: Job }>
}
