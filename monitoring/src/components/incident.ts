import { catalogue, DOMAIN_TABLES, type EXTERNAL_OPERATIONS } from '@verifluence/api/catalogue'
import type { JobName } from '@verifluence/api/jobs'
import type { targets } from '../places.ts'
import { held, newest } from '../promql/patterns.ts'
import { anyOf, type Matchers, not, select, series } from '../promql/series.ts'
import { duration } from '../promql/time.ts'
import type { RecordingGroup } from './alert.ts'

const MINUTE = 60

/**
 * When an incident begins, goes on and ends. Every rule is built from these parts, so that a resolved
 * message means that the failure is over, and one cause makes one message.
 */
export interface Incident {
  /** The name of the alert. */
  readonly alert: string
  /** The labels that tell incidents of one name apart. */
  readonly by: readonly string[]
  /** Static labels of the rule, where two rules share a name. */
  readonly labels?: Matchers
}

/** The alert as it fired at the last evaluation. */
export const firing = (alert: string, labels: Matchers = {}): string =>
  select('ALERTS', { alertname: alert, alertstate: 'firing', ...labels })

const firingOf = ({ alert, labels = {} }: Incident) => firing(alert, labels)
const on = ({ by }: Incident) => `on (${by.join(', ')})`

const stateOf = ({ alert, labels = {} }: Incident) =>
  select('ALERTS_FOR_STATE', { alertname: alert, ...labels })

/** When each alert that fires began: what `ALERTS` alone does not say of the past. */
const FIRING_SINCE = 'alert:firing_since:seconds'

export const incidentRecordings: RecordingGroup = {
  name: 'incidents',
  recordings: [
    {
      record: FIRING_SINCE,
      mayBeEmpty: 'no alert fires',
      expr:
        `${select('ALERTS_FOR_STATE', { origin: '' })}\nand ignoring (alertstate)\n` +
        select('ALERTS', { alertstate: 'firing', severity: not('none') }),
    },
  ],
}

/**
 * Whether the alert fired before within the last hour, and began again since. It is then held for the rest of
 * that hour: a value that hovers at its threshold is one incident. The first recovery is reported at once.
 */
const beganAgain = (incident: Incident) =>
  `min_over_time(${select(FIRING_SINCE, { alertname: incident.alert, ...incident.labels })}[1h])\n` +
  `  < ${on(incident)} ${stateOf(incident)}`

/** How long the incident has lasted, in seconds: its value while nothing newer can be seen. */
export const lasting = (incident: Incident): string =>
  `time() - max by (${incident.by.join(', ')}) (${stateOf(incident)})`

/** An incident that began again and fires: what holds a rule that measures nothing. */
export const heldAgain = (incident: Incident): string =>
  `(${beganAgain(incident)}) and ${on(incident)} ${firingOf(incident)}`

interface Course {
  /** Holds where an incident begins. */
  readonly begins: string
  /** Each holds where one that fires already goes on: a lower threshold, or data that is missing. */
  readonly goesOn?: readonly string[]
  /** The measured value without a threshold: what an incident that flaps is held by. */
  readonly value: string
}

/** An expression that begins at one threshold and ends at another, and does not flap. */
export const steady = (incident: Incident, { begins, goesOn = [], value }: Course): string =>
  [
    `(\n${begins}\n)`,
    `(\n${[...goesOn, `(${value}) and ${on(incident)} (${beganAgain(incident)})`].join('\nor\n')}\n)\n` +
      `and ${on(incident)} ${firingOf(incident)}`,
  ].join('\nor\n')

/**
 * The alert goes on while nothing can be seen of it, because the process that would report a recovery is
 * down. The value is 1.
 */
export const whileDown = (incident: Incident, ...processes: readonly Process[]): string =>
  `max by (${incident.by.join(', ')}) (${firingOf(incident)})\n` +
  `  and on (env) ${select('ALERTS', { alertname: anyOf(processes.map(downAlert)), alertstate: 'firing' })}`

type Process = keyof typeof targets
export type Target = keyof typeof EXTERNAL_OPERATIONS

/** `ApiDown`, `WorkerDown` */
export const downAlert = (process: Process) => (process === 'api' ? 'ApiDown' : 'WorkerDown')

/** The alert that names an unreadable database: when it fires for every table, the tables are not the cause. */
export const DATABASE_ALERT = 'DomainGaugesStale'

/** Two missed reads of every table: the database is about to be reported, so its consequences wait. */
const SUSPECTED = 75

/** A cause that explains other alerts of its environment: series by `env` while it does. */
export type Cause = (grace: number) => string

const fired = (alert: string, grace: number, labels: Matchers = {}) =>
  `last_over_time(${firing(alert, labels)}[${duration(grace)}])`

/** No process of a kind answers. */
export const processDown =
  (process: Process): Cause =>
  (grace) =>
    fired(downAlert(process), grace)

/** No table can be read. One table alone explains nothing but itself. */
export const databaseDown: Cause = (grace) =>
  `time() - ${newest([], held(series(catalogue.domainLastRefresh), 5 * MINUTE))} > ${SUSPECTED}\n` +
  `or\ncount by (env) (${fired(DATABASE_ALERT, grace)}) >= ${DOMAIN_TABLES.length}`

/** An external service refuses our credentials, or fails. */
export const targetFails =
  (alert: 'ExternalUnauthorized' | 'ExternalFailing', target: readonly Target[]): Cause =>
  (grace) =>
    fired(alert, grace, { target: anyOf(target) })

/** The clock of a process is wrong, and with it every age that it reports. */
export const clockWrong =
  (process: Process): Cause =>
  (grace) =>
    `max by (env) (abs(time() - ${series(catalogue.processClock, { service: process })})) > 90\n` +
    `or\n${fired('ClockSkew', grace, { service: process })}`

/** What a job cannot succeed without, besides the database and its process. */
export const JOB_TARGETS: Readonly<Record<JobName, readonly Target[]>> = {
  'viewer-poll': ['kick', 'kick_oauth'],
  'chat-export': ['s3'],
  'x-follower-poll': ['x'],
  'kick-token-refresh': ['kick_oauth'],
  'stale-session-cleanup': [],
  'trust-score-refresh': [],
  'kick-subscriptions': ['kick', 'kick_oauth'],
  'daily-maintenance': [],
}

/**
 * The alert does not begin while a cause is reported that explains it, nor for `grace` seconds after, in which
 * its own windows empty. One that fires already goes on, and its recovery is reported: Alertmanager's inhibition
 * would swallow that message.
 */
export const unlessExplained = (
  incident: Incident,
  begins: string,
  causes: readonly Cause[],
  grace: number,
): string =>
  `(\n${begins}\n)\nunless on (env)\n(\n(\n${causes.map((cause) => cause(grace)).join('\nor\n')}\n)\n` +
  `unless on (env) ${firingOf(incident)}\n)`
