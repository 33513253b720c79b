import { setTimeout as pause } from 'node:timers/promises'
import type { Drill, Expectation, Fault } from './drill.ts'
import type { Monitoring } from './environment/environment.ts'
import { allNotifications, type Notification } from './notifications.ts'
import { tryRunbook } from './runbook.ts'

export interface Telling {
  readonly stage: string
  readonly say: (line: string) => void
}

/** Causes one failure, waits for its notifications, undoes it, and waits for the resolved ones. */
export async function runDrill<On extends Monitoring>(
  system: On,
  drill: Drill<On>,
  { stage, say }: Telling,
): Promise<Outcome> {
  const { name, failure, does, expects, expectsAfterRecovery = [] } = drill
  const problems: string[] = []
  const tell = (line: string) => say(`${name}: ${line}`)
  const expect = async (expectation: Expectation, from: Date, begun: Date) => {
    const received = await waitFor(system, expectation, from, begun)
    tell(describe(received))
    problems.push(...lateness(received))
    return received
  }

  const begun = new Date()
  tell(does)
  const fault = await drill.cause(system)
  const received = await Promise.all(
    expects.map((expectation) => expect(expectation, sinceOf(fault, expectation) ?? begun, begun)),
  )
  problems.push(...(await triedRunbooks(system, drill)))
  await drill.verify?.(system).catch((error: Error) => problems.push(error.message))
  for (const expectation of expects) {
    if (await hasResolved(system, expectation, begun)) {
      problems.push(`${expectation.alert} sent a resolved notification while the fault lasted`)
    }
  }

  const recovered = new Date()
  await fault.recover()
  tell('recovered')
  const later = await Promise.all(
    expectsAfterRecovery.map((expectation) => expect(expectation, recovered, recovered)),
  )
  const ends = await Promise.all(
    received.map(async ({ expectation, notification }) => {
      if (notification === undefined) return 0
      const seconds = await waitForEnd(system, expectation, recovered, drill.resolvedWithin)
      if (seconds !== undefined) return seconds
      problems.push(
        `${expectation.alert} sent no resolved notification within ${drill.resolvedWithin} s of recovery`,
      )
      return 0
    }),
  )
  const resolvedAfter = Math.max(0, ...ends)
  tell(problems.length === 0 ? `passed; resolved after ${resolvedAfter} s` : problems.join('; '))
  return { name, failure, does, stage, received: [...received, ...later], resolvedAfter, problems }
}

/** While the fault lasts, the first command of each runbook must print what the drill expects. */
async function triedRunbooks(
  { prometheus }: Monitoring,
  { expects, hasRunbook = true }: Drill<never>,
) {
  const alerts = expects.filter(({ channel }) => hasRunbook && channel !== 'heartbeat')
  const complaints = await Promise.all(
    alerts.map((expectation) => tryRunbook(expectation, prometheus.url)),
  )
  return complaints.filter((complaint) => complaint !== undefined)
}

const sinceOf = ({ since }: Fault, { alert }: Expectation): Date | undefined =>
  since instanceof Date ? since : since?.get(alert)

const describe = ({ expectation, after }: Received) =>
  after === undefined
    ? `no notification of ${expectation.alert}`
    : `received of ${expectation.alert} after ${after} s, limit ${expectation.within} s`

function lateness({ expectation, after }: Received): string[] {
  if (after === undefined) return [`${expectation.alert} did not arrive`]
  if (after <= expectation.within) return []
  return [`${expectation.alert} arrived ${after - expectation.within} s too late`]
}

/** Waiting past the limit tells late from never. */
const OVERTIME_SECONDS = 120

/** Waits for the expected notification, until some time past its limit. */
async function waitFor(
  system: Monitoring,
  expectation: Expectation,
  from: Date,
  after: Date,
): Promise<Received> {
  const deadline = from.getTime() + (expectation.within + OVERTIME_SECONDS) * 1000
  const isAbout = ({ text, isResolved, ...notification }: Notification) =>
    isOf(expectation, notification, after) &&
    !isResolved &&
    (expectation.says ?? []).every((phrase) => text.includes(phrase))
  const notification = await firstNotification(system, isAbout, deadline)
  return notification === undefined
    ? { expectation }
    : { expectation, notification, after: secondsBetween(from, notification.at) }
}

/** Waits for the resolved notification. Returns the seconds from recovery. */
async function waitForEnd(
  system: Monitoring,
  expectation: Expectation,
  recovered: Date,
  withinSeconds: number,
): Promise<number | undefined> {
  const deadline = recovered.getTime() + withinSeconds * 1000
  const isEnd = (notification: Notification) =>
    isOf(expectation, notification, recovered) && notification.isResolved
  const notification = await firstNotification(system, isEnd, deadline)
  return notification && secondsBetween(recovered, notification.at)
}

/** Whether a resolved notification has arrived since `after`. */
async function hasResolved(
  system: Monitoring,
  expectation: Expectation,
  after: Date,
): Promise<boolean> {
  const notifications = await allNotifications(system.fakes)
  return notifications.some(
    (notification) => isOf(expectation, notification, after) && notification.isResolved,
  )
}

const isOf = (
  { alert, channel = 'telegram' }: Expectation,
  notification: Pick<Notification, 'alert' | 'channel' | 'at'>,
  after: Date,
) => notification.alert === alert && notification.channel === channel && notification.at >= after

/** The first notification that fits; `undefined` after the deadline or when the environment stops. */
async function firstNotification(
  system: Monitoring,
  fits: (notification: Notification) => boolean,
  deadline: number,
): Promise<Notification | undefined> {
  while (!system.ending.aborted && Date.now() < deadline) {
    const found = (await allNotifications(system.fakes)).find(fits)
    if (found !== undefined) return found
    await pause(1_000, undefined, { signal: system.ending }).catch(() => {})
  }
  return undefined
}

const secondsBetween = (from: Date, to: Date) => Math.round((to.getTime() - from.getTime()) / 1000)

/** An expectation and the notification that arrived for it. */
export interface Received {
  readonly expectation: Expectation
  readonly notification?: Notification
  /** Seconds from the fault to the notification, or from recovery where it was held back. */
  readonly after?: number
}

/** The result of a drill. */
export interface Outcome extends Pick<Drill, 'name' | 'failure' | 'does'> {
  readonly stage: string
  readonly received: readonly Received[]
  /** Seconds from recovery to the last resolved notification; 0 without one. */
  readonly resolvedAfter: number
  /** Why it failed; empty when it passed. */
  readonly problems: readonly string[]
}

export const hasPassed = ({ problems }: Outcome): boolean => problems.length === 0
