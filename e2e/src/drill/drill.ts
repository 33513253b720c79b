import type { Monitoring, StartOptions } from './environment/environment.ts'

/** The channel by which a notification arrives. */
export type Channel = 'telegram' | 'fallback' | 'heartbeat'

/** A notification that a fault must cause. */
export interface Expectation {
  /** The alert's name; the external heartbeat service reports `Watchdog`. */
  readonly alert: string
  /** Default: telegram. */
  readonly channel?: Channel
  /** Seconds from the fault until the message has arrived. */
  readonly within: number
  /** What the text must hold, such as the name of a target. */
  readonly says?: readonly string[]
  /** What the first command of its runbook prints meanwhile. Default: something. */
  readonly shows?: RegExp
}

/** A fault that has been caused. */
export interface Fault {
  /** When it began, if not at the call of `cause`: for all alerts, or by alert. */
  readonly since?: Date | ReadonlyMap<string, Date>
  readonly recover: () => Promise<unknown>
}

/** A failure as data: how it is caused and undone, and which notifications it must and may cause. */
export interface Drill<On extends Monitoring = Monitoring> {
  /** As typed at `npm run drill -- NAME`. */
  readonly name: string
  /** The row of the failure list, such as `F9`. */
  readonly failure: string
  /** What is done to the system, in one line. */
  readonly does: string
  readonly cause: (system: On) => Promise<Fault>
  /** Every notification that must arrive. */
  readonly expects: readonly Expectation[]
  /** Notifications that must arrive after recovery, counted from then: those held back meanwhile. */
  readonly expectsAfterRecovery?: readonly Expectation[]
  /** Further alerts that the fault may cause. Any other one is a false alarm. */
  readonly mayFire?: readonly string[]
  /** Whether the alerts have a runbook. Default: yes. */
  readonly hasRunbook?: boolean
  /** Runs when everything has arrived, before recovery. @throws Error saying what is wrong. */
  readonly verify?: (system: On) => Promise<void>
  /** Seconds from recovery within which every alert must send its resolved notification. */
  readonly resolvedWithin: number
}

/** Drills that share one environment: those of a phase run at the same time, phases one after the other. */
export interface Group<On extends Monitoring = Monitoring> {
  readonly name: string
  readonly start: (ground: StartOptions) => Promise<On>
  readonly phases: readonly (readonly Drill<On>[])[]
}

/** In seconds. */
export const MINUTE = 60
