import { catalogue } from '@verifluence/api/catalogue'
import { activeEvents, inEnv, maxBy, perSecond, sumBy } from '../../grafana/query.ts'
import type { PanelSpec, RowSpec } from '../../grafana/spec.ts'
import { targets } from '../../places.ts'
import { series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import { limits as platformLimits } from '../platform/alerts.ts'
import { limits as targetsLimits } from '../targets/alerts.ts'
import { limits as runtimeLimits } from './alerts.ts'

/** What Prometheus and the Node.js runtime know of a process. The same for both processes. */
export const processRow = (kind: keyof typeof targets): RowSpec => {
  const own = inEnv({ job: targets[kind].job })
  const metric = (definition: Parameters<typeof series>[0], labels = {}) =>
    series(definition, { ...own, ...labels })
  const byPod = (vector: string) => maxBy(['pod'], vector)
  const POD = '{{pod}}'

  const panels: readonly PanelSpec[] = [
    {
      key: 'restarts',
      title: `Restarts in ${duration(targetsLimits.restarts.window)}`,
      description: 'A deploy is a new pod. A line that stays up is a crash loop.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      limit: targetsLimits.restarts.atMost,
      alert: 'ProcessRestarting',
      queries: [
        {
          expr: byPod(
            `changes(${metric(catalogue.processStartTime)}[${duration(targetsLimits.restarts.window)}])`,
          ),
          legend: POD,
        },
      ],
    },
    {
      key: 'event-loop',
      title: 'Longest block of the event loop',
      description:
        'The longest delay in each half minute. While the event loop is blocked, the process answers nothing.',
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: runtimeLimits.eventLoop.blockedFor,
      alert: 'EventLoopBlocked',
      queries: [
        { expr: byPod(metric(catalogue.eventLoopLagMax)), legend: `longest ${POD}` },
        { expr: byPod(metric(catalogue.eventLoopLagP99)), legend: `p99 ${POD}` },
      ],
    },
    {
      key: 'event-loop-use',
      title: 'Event loop utilisation',
      description:
        'Share of time in which the event loop was busy. Near 1, the process is at its limit.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      max: 1,
      queries: [
        {
          expr:
            `${sumBy(['pod'], perSecond(metric(catalogue.eventLoopTime, { state: 'active' })))}\n/\n` +
            sumBy(['pod'], perSecond(metric(catalogue.eventLoopTime))),
          legend: POD,
        },
      ],
    },
    {
      key: 'memory',
      title: 'Memory',
      description:
        'Resident memory and used JavaScript heap. A saw-tooth is healthy, a slope is a leak.',
      kind: 'lines',
      unit: 'bytes',
      width: 8,
      queries: [
        { expr: byPod(metric(catalogue.processResidentMemory)), legend: `resident ${POD}` },
        { expr: byPod(metric(catalogue.heapSizeUsed)), legend: `heap ${POD}` },
      ],
    },
    {
      key: 'cpu',
      title: 'CPU and garbage collection',
      description:
        'CPU seconds per second: 1 is one whole core. Garbage collection that grows with memory is a leak.',
      kind: 'lines',
      unit: 'percentunit',
      width: 8,
      queries: [
        {
          expr: sumBy(['pod'], perSecond(metric(catalogue.processCpu))),
          legend: `cpu ${POD}`,
        },
        {
          expr: sumBy(
            ['pod'],
            perSecond(`${catalogue.gcDuration.name}_sum{env=~"$env", job="${targets[kind].job}"}`),
          ),
          legend: `collection ${POD}`,
        },
      ],
    },
    {
      key: 'db-pool',
      title: 'Database connections',
      description:
        'Busy and idle connections of each pod. Waiting queries mean that the pool is too small or PostgreSQL too slow.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [
        {
          expr: sumBy(['state', 'pod'], metric(catalogue.dbPoolConnections)),
          legend: `{{state}} ${POD}`,
        },
        {
          expr: sumBy(['pod'], metric(catalogue.dbPoolWaiting)),
          legend: `waiting ${POD}`,
        },
      ],
    },
    {
      key: 'descriptors',
      title: 'Open files and handles',
      description: 'Sockets and files. A line that only climbs is a leak of connections.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [
        { expr: byPod(metric(catalogue.processOpenFds)), legend: `files ${POD}` },
        { expr: byPod(metric(catalogue.activeHandlesTotal)), legend: `handles ${POD}` },
      ],
    },
    {
      key: 'series',
      title: 'Exported series',
      description: 'Constant after the first hour. A line that climbs is a label without bounds.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [{ expr: byPod(metric(catalogue.seriesExported)), legend: POD }],
    },
    {
      key: 'scrapes',
      title: 'Scrape duration',
      description: 'Mean time to collect and write one scrape.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [
        {
          expr:
            `${sumBy(['pod'], perSecond(`${catalogue.scrapeDuration.name}_sum{env=~"$env", job="${targets[kind].job}"}`))}\n/\n` +
            sumBy(
              ['pod'],
              perSecond(
                `${catalogue.scrapeDuration.name}_count{env=~"$env", job="${targets[kind].job}"}`,
              ),
            ),
          legend: POD,
        },
      ],
    },
    {
      key: 'dropped',
      title: 'Recordings under "other", and refused values',
      description:
        'By metric, since the process started. A label has undeclared values, or a value was no number.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      alert: 'SeriesDropped',
      mayBeEmpty: 'every label and value was as declared',
      queries: [
        {
          expr: `${sumBy(['metric'], metric(catalogue.seriesDropped))} > 0`,
          legend: 'dropped {{metric}}',
        },
        {
          expr: `${sumBy(['metric'], metric(catalogue.valuesRefused))} > 0`,
          legend: 'refused {{metric}}',
        },
      ],
    },
    {
      key: 'failed-scrapes',
      title: 'Failed scrapes and collectors',
      alert: 'MetricsCollectorFailing',
      description: 'Scrapes answered 500, and collectors that failed in a scrape.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      interval: '5m',
      mayBeEmpty: 'every scrape was complete',
      queries: [
        {
          expr: activeEvents(['collector', 'reason'], metric(catalogue.collectorFailures)),
          legend: 'failing {{collector}} ({{reason}})',
        },
        {
          expr: activeEvents(['code'], metric(catalogue.scrapes, { code: '500' })),
          legend: 'scrapes answered {{code}}',
        },
      ],
    },
    {
      key: 'clock',
      title: 'Clock against Prometheus',
      description: 'How far the clock of the process is off. Up to a scrape interval is normal.',
      kind: 'lines',
      unit: 's',
      width: 24,
      limit: platformLimits.clock.above,
      alert: 'ClockSkew',
      queries: [{ expr: byPod(`abs(time() - ${metric(catalogue.processClock)})`), legend: POD }],
    },
  ]
  return {
    title: `Process of the ${kind}`,
    panels: panels.map((panel) => ({ ...panel, title: `${panel.title}, ${kind}` })),
  }
}
