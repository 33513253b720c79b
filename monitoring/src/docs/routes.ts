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
  `${code(route.receiver)}${route.continue ? ', then the next that matches' : ''}`,
  route.receiver === receiver ? 'not sent' : (route.repeat_interval ?? repeat_interval),
]

const { period, grace } = heartbeat

/** `routes`: the route tree and its grouping. `heartbeat`: the settings of the external service. */
export const routeParts: Parts = {
  heartbeat: `Set the period of the check to ${duration(period)} and its grace to ${duration(grace)}. An outage then raises the alarm within ${duration(period + grace)}; one lost ping, or a restart of Prometheus, does not.`,
  routes: [
    table(['Matches', 'Receiver', 'Repeated while it fires'], [...routes, { receiver }].map(row)),
    `Grouped by ${group_by.map(code).join(' and ')}. The first message waits ${group_wait} for more alerts of its group. After that only changes are sent, at most one message every ${group_interval}.`,
  ].join('\n\n'),
}
