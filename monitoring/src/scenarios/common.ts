import type { Process } from './world.ts'

export const HOUR = 3_600

/** The processes of an ordinary platform, with one replica each. */
export const API: Process = { kind: 'api' }
export const WORKER: Process = { kind: 'worker' }

/** Whether a moment lies in a span. */
export const during = (from: number, until: number) => (second: number) =>
  second >= from && second < until
