import type { ActiveAlert, FaultData, FaultRun, HeldAlert, Moments, Notification } from './state.ts'

/** A fault that is active. */
interface ActiveFault {
  /** From when on it counts, where that is not the moment it was caused: for all alerts, or by name. */
  readonly since?: Date | ReadonlyMap<string, Date>
  readonly repair: () => Promise<unknown>
}

/** A failure that can be caused on purpose. It is passed in by the launcher. */
export interface Fault extends FaultData {
  readonly cause: () => Promise<ActiveFault>
}

/** Asking for something that cannot be done now; the message says why. */
export class FaultRefused extends Error {}

/**
 * Causes and repairs faults, and keeps when each alert reached which step. The last run of each fault
 * is remembered.
 */
export function createFaults(
  faults: readonly Fault[],
  { now, onChange }: { now: () => number; onChange: (run: FaultRun, fault: FaultData) => void },
) {
  const runs = new Map<string, FaultRun>()
  const active = new Map<string, ActiveFault>()

  function change(name: string, changes: Partial<FaultRun>): void {
    const run = runs.get(name)
    if (run === undefined) return
    const changed = { ...run, ...changes }
    runs.set(name, changed)
    if (changes.state !== undefined) onChange(changed, find(name))
  }

  function find(name: string): Fault {
    const fault = faults.find((one) => one.name === name)
    if (fault === undefined) throw new FaultRefused(`There is no fault "${name}".`)
    return fault
  }

  const isActive = ({ state }: FaultRun) => state !== 'repaired' && state !== 'failed'

  async function causeNow(fault: Fault): Promise<void> {
    try {
      const caused = await fault.cause()
      active.set(fault.name, caused)
      const at = runs.get(fault.name)?.startedAt ?? now()
      const countsFrom = Object.fromEntries(
        fault.expects.map(({ alert }) => {
          const { since } = caused
          const from = since instanceof Date ? since : since?.get(alert)
          return [alert, from?.getTime() ?? at]
        }),
      )
      change(fault.name, { state: 'broken', countsFrom })
    } catch (error) {
      change(fault.name, { state: 'failed', error: wordsOf(error) })
    }
  }

  async function repairNow(name: string, caused: ActiveFault): Promise<void> {
    try {
      await caused.repair()
      active.delete(name)
      change(name, { state: 'repaired', repairedAt: now() })
    } catch (error) {
      // It can be tried again.
      change(name, { state: 'broken', error: wordsOf(error) })
    }
  }

  return {
    runs: (): readonly FaultRun[] => [...runs.values()],
    isAnyActive: (): boolean => [...runs.values()].some(isActive),

    /** Begins to cause a fault; how it goes shows in its run. @throws FaultRefused */
    break(name: string): void {
      const fault = find(name)
      for (const run of runs.values()) {
        if (!isActive(run)) continue
        const other = find(run.fault)
        if (other === fault) throw new FaultRefused(`"${fault.title}" is active already.`)
        if (other.group !== fault.group)
          throw new FaultRefused(`Repair "${other.title}" first: the two would disturb each other.`)
      }
      const startedAt = now()
      runs.delete(name)
      runs.set(name, { fault: name, state: 'breaking', startedAt, countsFrom: {}, moments: {} })
      change(name, { state: 'breaking' })
      void causeNow(fault)
    },

    /** Begins to repair a fault; how it goes shows in its run. @throws FaultRefused */
    repair(name: string): void {
      const caused = active.get(name)
      if (caused === undefined || runs.get(name)?.state !== 'broken')
        throw new FaultRefused(
          `"${find(name).title}" is not active, so there is nothing to repair.`,
        )
      change(name, { state: 'repairing' })
      void repairNow(name, caused)
    },

    /** Notes which steps the alerts of every run have reached. */
    observe({
      alerts = [],
      held = [],
      notifications = [],
    }: {
      readonly alerts?: readonly ActiveAlert[] | undefined
      readonly held?: readonly HeldAlert[] | undefined
      readonly notifications?: readonly Notification[] | undefined
    }): void {
      for (const run of runs.values()) {
        const { expects } = find(run.fault)
        const moments = Object.fromEntries(
          expects.map((expected) => [
            expected.alert,
            momentsOf(run, expected.alert, expected.channel, { alerts, held, notifications }),
          ]),
        )
        change(run.fault, { moments })
      }
    },
  }

  function momentsOf(
    run: FaultRun,
    alert: string,
    channel: Notification['channel'],
    seen: {
      readonly alerts: readonly ActiveAlert[]
      readonly held: readonly HeldAlert[]
      readonly notifications: readonly Notification[]
    },
  ): Moments {
    const before: Moments = run.moments[alert] ?? {}
    const isOver = run.repairedAt !== undefined && before.resolved !== undefined
    if (isOver) return before
    const named = ({ labels }: { readonly labels: ActiveAlert['labels'] }) =>
      labels.alertname === alert
    const active = seen.alerts.filter(named)
    const started = run.startedAt
    const mine = seen.notifications.filter(
      (one) => one.alert === alert && one.channel === channel && one.at >= started,
    )
    const pending = before.pending ?? (active.length > 0 ? earliest(active, started) : undefined)
    const firing =
      before.firing ?? (active.some(({ state }) => state === 'firing') ? now() : undefined)
    const received = before.received ?? (seen.held.some(named) ? now() : undefined)
    const notified = before.notified ?? mine.find(({ resolved }) => !resolved)?.at
    const resolved =
      run.repairedAt === undefined
        ? undefined
        : mine.findLast(({ resolved, at }) => resolved && at >= (notified ?? started))?.at
    return {
      ...(pending !== undefined && { pending }),
      ...(firing !== undefined && { firing }),
      ...(received !== undefined && { received }),
      ...(notified !== undefined && { notified }),
      ...(resolved !== undefined && active.length === 0 && { resolved }),
    }
  }
}

/** A rule that was pending before the fault began is noted from its beginning. */
const earliest = (alerts: readonly ActiveAlert[], started: number): number =>
  Math.max(started, Math.min(...alerts.map(({ activeAt }) => activeAt)))

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
