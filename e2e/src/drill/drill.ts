import type { Ground, Site } from './site/site.ts'

/** The way out by which something is told. */
export type Way = 'telegram' | 'fallback' | 'outside'

/** What somebody must be told because of a fault. */
export interface Arrival {
  /** The alert's name; the heartbeat service outside tells of `Watchdog`. */
  readonly alert: string
  /** Default: telegram. */
  readonly way?: Way
  /** Seconds from the fault until the message has arrived. */
  readonly within: number
  /** What the text must hold, such as the name of a target. */
  readonly says?: readonly string[]
  /** What the first command of its runbook prints meanwhile. Default: something. */
  readonly shows?: RegExp
}

/** A fault that is there. */
export interface Fault {
  /** From when on it counts, where that is not the moment it was caused: for all, or by alert. */
  readonly since?: Date | ReadonlyMap<string, Date>
  readonly mend: () => Promise<unknown>
}

/** A failure as data: how it is caused for real and mended, what must be told of it and what not. */
export interface Drill<On extends Site = Site> {
  /** As typed at `npm run drill -- NAME`. */
  readonly name: string
  /** The row of the failure list, such as `F9`. */
  readonly failure: string
  /** What is done to the system, in one line. */
  readonly does: string
  readonly cause: (site: On) => Promise<Fault>
  /** Everything that must arrive. */
  readonly arrives: readonly Arrival[]
  /** What must arrive once it is mended, counted from then: what was held back meanwhile. */
  readonly arrivesAfterMend?: readonly Arrival[]
  /** Alerts that may arrive as well, because the fault means them too. All others must not. */
  readonly mayArrive?: readonly string[]
  /** Whether the alerts have a runbook. Default: yes. */
  readonly hasRunbook?: boolean
  /** Looked at when everything has arrived, before the mend. @throws Error saying what is wrong. */
  readonly verify?: (site: On) => Promise<void>
  /** Seconds from the mend within which everything that arrived must be told to be over. */
  readonly resolvedWithin: number
}

/** Drills that run on one site: those of an act at the same time, acts one after the other. */
export interface Stage<On extends Site = Site> {
  readonly name: string
  readonly start: (ground: Ground) => Promise<On>
  readonly acts: readonly (readonly Drill<On>[])[]
}
