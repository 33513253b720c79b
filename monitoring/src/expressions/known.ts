import { catalogue } from '@verifluence/api/catalogue'
import type { Definition } from 'sideport'
import { recordingGroups } from '../components/index.ts'

/** What is known of a series by its name. */
export interface KnownSeries {
  /** The metric it belongs to: `x_seconds` for `x_seconds_bucket`. */
  readonly metric: string
  readonly type: 'counter' | 'gauge'
  /** How replicas make one: a `sum` over `max` would count them twice. */
  readonly aggregate: 'sum' | 'max'
  /** Its own labels; for closed ones the values there are. Absent: any label. */
  readonly labels?: ReadonlyMap<string, ReadonlySet<string> | undefined>
}

/** The labels that a ServiceMonitor gives every series. */
export const TARGET_LABELS: ReadonlySet<string> = new Set([
  ...['env', 'job', 'namespace', 'service', 'pod', 'container', 'endpoint', 'instance'],
])

const labelsOf = ({ labels }: Definition) =>
  new Map(
    labels.flatMap(({ names, known, atMost, otherwise }) =>
      names.map((name): [string, ReadonlySet<string> | undefined] => [
        name,
        atMost === undefined
          ? new Set([...known.map((set) => set[name] ?? ''), otherwise])
          : undefined,
      ]),
    ),
  )

const ofDefinition = (definition: Definition): [string, KnownSeries][] => {
  const { name, type, aggregate } = definition
  const labels = labelsOf(definition)
  if (type !== 'histogram') return [[name, { metric: name, type, aggregate, labels }]]
  const part = { metric: name, type: 'counter', aggregate, labels } as const
  return [
    [`${name}_bucket`, { ...part, labels: new Map([...labels, ['le', undefined]]) }],
    [`${name}_sum`, part],
    [`${name}_count`, part],
  ]
}

const recorded = recordingGroups
  .flatMap(({ recordings }) => recordings)
  .map(({ record }): [string, KnownSeries] => [
    record,
    {
      metric: record,
      type: 'gauge',
      aggregate: 'max',
      // What is recorded of alerts has whatever labels they have.
      ...(record.startsWith('alert:')
        ? {}
        : { labels: new Map([['surface', new Set(['api', 'webhooks'])]]) }),
    },
  ])

const ANY = { aggregate: 'sum' } as const

/** Series that Prometheus, Alertmanager, kube-state-metrics and the blackbox exporter export. */
const foreign: [string, KnownSeries][] = [
  ['up', { ...ANY, metric: 'up', type: 'gauge', labels: new Map() }],
  ['ALERTS', { ...ANY, metric: 'ALERTS', type: 'gauge' }],
  ['ALERTS_FOR_STATE', { ...ANY, metric: 'ALERTS_FOR_STATE', type: 'gauge' }],
  ...(
    [
      ['probe_success', 'gauge', []],
      ['probe_ssl_earliest_cert_expiry', 'gauge', []],
      ['kube_pod_container_status_last_terminated_reason', 'gauge', ['reason']],
      ['kube_pod_container_status_restarts_total', 'counter', []],
      ['prometheus_tsdb_wal_corruptions_total', 'counter', []],
    ] as const
  ).map(([name, type, labels]): [string, KnownSeries] => [
    name,
    { ...ANY, metric: name, type, labels: new Map(labels.map((label) => [label, undefined])) },
  ]),
  ...[
    'notifications',
    'notifications_failed',
    'notification_requests',
    'notification_requests_failed',
  ].map((name): [string, KnownSeries] => {
    const metric = `alertmanager_${name}_total`
    const labels = new Map([
      ['integration', undefined],
      ['reason', undefined],
    ])
    return [metric, { ...ANY, metric, type: 'counter', labels }]
  }),
]

/** Every series that an expression of ours may name. */
export const knownSeries: ReadonlyMap<string, KnownSeries> = new Map([
  ...Object.values<Definition>(catalogue).flatMap(ofDefinition),
  ...recorded,
  ...foreign,
])
