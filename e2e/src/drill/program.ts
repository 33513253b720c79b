import type { Drill, Stage } from './drill.ts'
import { apiSlow, postgresDown } from './faults/api.ts'
import { pollerHangs } from './faults/hang.ts'
import { heartbeatDrills } from './faults/heartbeat.ts'
import { hostileText } from './faults/hostile-text.ts'
import { staleAndGone } from './faults/inhibition.ts'
import { jobsFail } from './faults/jobs.ts'
import { kickUnauthorized, kickUnavailable, labelFlood } from './faults/kick.ts'
import { lastMileDrills } from './faults/last-mile.ts'
import { ordinaryLife } from './faults/ordinary-life.ts'
import { offerWaits, submissionWaits } from './faults/people.ts'
import { apiGone, crashLoop, eventLoopBlocked, workerGone } from './faults/processes.ts'
import { noTarget } from './faults/targets.ts'
import {
  webhookBacklog,
  webhooksParked,
  webhooksRejected,
  webhooksSilent,
  webhooksSlow,
} from './faults/webhooks.ts'
import { startMonitoringOnly } from './site/monitoring-only.ts'
import type { Site, WholeSite } from './site/site.ts'
import { startInhabited, startWhole } from './site/whole.ts'

/** Whole systems, the longest first. Drills that do not disturb each other share an act. */
export const wholeStages: readonly Stage<WholeSite>[] = [
  { name: 'jobs', start: startWhole, acts: [[jobsFail, webhooksSilent, crashLoop, apiSlow]] },
  { name: 'kick', start: startWhole, acts: [[kickUnavailable]] },
  {
    name: 'presence',
    start: startWhole,
    acts: [[workerGone, apiGone], [noTarget], [staleAndGone]],
  },
  { name: 'database', start: startWhole, acts: [[postgresDown]] },
  {
    name: 'webhooks',
    start: startWhole,
    acts: [
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
  { name: 'life', start: startInhabited, acts: [[ordinaryLife]] },
  { name: 'labels', start: startWhole, acts: [[labelFlood]] },
  { name: 'tokens', start: startWhole, acts: [[kickUnauthorized]] },
]

/** Light ones: the monitoring alone, one for each way in which it can be cut off. */
export const monitoringStages: readonly Stage<Site>[] = [
  ...lastMileDrills,
  ...heartbeatDrills,
  hostileText,
].map((drill) => ({ name: drill.name, start: startMonitoringOnly, acts: [[drill]] }))

const namesIn = <On extends Site>(stages: readonly Stage<On>[]) =>
  stages.flatMap(({ acts }) => acts.flat().map(({ name }) => name))

/** Every drill there is. */
export const drillNames: readonly string[] = [...namesIn(wholeStages), ...namesIn(monitoringStages)]

/** The stages with the wanted drills alone. */
export function only<On extends Site>(
  stages: readonly Stage<On>[],
  wanted: readonly string[],
): readonly Stage<On>[] {
  const isWanted = ({ name }: Drill<On>) => wanted.includes(name)
  return stages
    .map((stage) => ({
      ...stage,
      acts: stage.acts.map((act) => act.filter(isWanted)).filter((act) => act.length > 0),
    }))
    .filter(({ acts }) => acts.length > 0)
}
