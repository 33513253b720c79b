import type { Drill, Group } from './drill.ts'
import type { Monitoring, System } from './environment/environment.ts'
import { startMonitoring } from './environment/monitoring.ts'
import { startBusySystem, startSystem } from './environment/system.ts'
import { apiSlow, postgresDown, requestsFail } from './faults/api.ts'
import { heartbeatDrills } from './faults/heartbeat.ts'
import { hostileText } from './faults/hostile-text.ts'
import { jobsFail, pollerHangs } from './faults/jobs.ts'
import { kickUnauthorized, kickUnavailable, labelFlood } from './faults/kick.ts'
import { lastMileDrills } from './faults/last-mile.ts'
import { ordinaryOperation } from './faults/ordinary-operation.ts'
import { offerWaits, submissionWaits } from './faults/people.ts'
import { apiGone, crashLoop, eventLoopBlocked, workerGone } from './faults/processes.ts'
import { staleAndGone } from './faults/stale.ts'
import { noTarget } from './faults/targets.ts'
import {
  webhookBacklog,
  webhooksParked,
  webhooksRejected,
  webhooksSilent,
  webhooksSlow,
} from './faults/webhooks.ts'

/** Whole systems, the longest first. Drills that do not affect each other share a phase. */
export const systemGroups: readonly Group<System>[] = [
  { name: 'jobs', start: startSystem, phases: [[jobsFail, webhooksSilent, crashLoop, apiSlow]] },
  { name: 'kick', start: startSystem, phases: [[kickUnavailable]] },
  {
    name: 'presence',
    start: startSystem,
    phases: [[workerGone, apiGone]],
  },
  // Apart: an alert that begins again within an hour is held for the rest of it.
  { name: 'targets', start: startSystem, phases: [[noTarget]] },
  { name: 'explained', start: startSystem, phases: [[staleAndGone]] },
  { name: 'database', start: startSystem, phases: [[postgresDown]] },
  { name: 'requests', start: startSystem, phases: [[requestsFail]] },
  {
    name: 'webhooks',
    start: startSystem,
    phases: [
      [
        offerWaits,
        submissionWaits,
        webhooksRejected,
        webhookBacklog,
        webhooksParked,
        webhooksSlow,
        eventLoopBlocked,
        pollerHangs,
      ],
    ],
  },
  { name: 'life', start: startBusySystem, phases: [[ordinaryOperation]] },
  { name: 'labels', start: startSystem, phases: [[labelFlood]] },
  { name: 'tokens', start: startSystem, phases: [[kickUnauthorized]] },
]

/** Environments without backend, one per drill. */
export const monitoringGroups: readonly Group<Monitoring>[] = [
  ...lastMileDrills,
  ...heartbeatDrills,
  hostileText,
].map((drill) => ({ name: drill.name, start: startMonitoring, phases: [[drill]] }))

const namesIn = <On extends Monitoring>(groups: readonly Group<On>[]) =>
  groups.flatMap(({ phases }) => phases.flat().map(({ name }) => name))

/** The names of all drills. */
export const drillNames: readonly string[] = [
  ...namesIn(systemGroups),
  ...namesIn(monitoringGroups),
]

/** The groups with the wanted drills alone. */
export function only<On extends Monitoring>(
  groups: readonly Group<On>[],
  wanted: readonly string[],
): readonly Group<On>[] {
  const isWanted = ({ name }: Drill<On>) => wanted.includes(name)
  return groups
    .map((stage) => ({
      ...stage,
      phases: stage.phases
        .map((phase) => phase.filter(isWanted))
        .filter((phase) => phase.length > 0),
    }))
    .filter(({ phases }) => phases.length > 0)
}
