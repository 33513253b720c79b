import { alertmanagerConfig } from '../alertmanager/config.ts'
import { heartbeat } from '../alertmanager/heartbeat.ts'
import { duration } from '../promql/time.ts'
import type { Parts } from './markers.ts'
import { code, table } from './table.ts'

/** A route as Alertmanager reads it. */
interface Route {
  readonly matchers?: readonly string[]
  readonly receiver: string
  readonly repeat_interval?: string
  readonly continue?: boolean
}

const { routes, receiver, repeat_interval, group_wait, group_interval, group_by } =
  alertmanagerConfig.route

const row = (route: Route) => [
  route.matchers?.map(code).join(', ') ?? 'anything else',
  `${code(route.receiver)}${route.continue ? ', and on to the next that matches' : ''}`,
  route.receiver === receiver ? 'never told' : (route.repeat_interval ?? repeat_interval),
]

const { period, grace } = heartbeat

/** `routes`: the route tree, and how messages are held together. `heartbeat`: what to set outside. */
export const routeParts: Parts = {
  heartbeat: `Set the period of the check to ${duration(period)} and its grace to ${duration(grace)}: a death is told of within ${duration(period + grace)}, and a ping that is lost, or a restart of Prometheus, is not.`,
  routes: [
    table(
      ['Matches', 'Receiver', 'Repeated while it fires, every'],
      [...routes, { receiver }].map(row),
    ),
    `Grouped by ${group_by.map(code).join(' and ')}. The first message waits ${group_wait} for company; after that only changes are sent, at most one message every ${group_interval}.`,
  ].join('\n\n'),
}
