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
