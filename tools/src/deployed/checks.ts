import { alerts } from '@verifluence/monitoring'
import {
  environments,
  MONITORING_NAMESPACE,
  secrets,
  targets,
} from '@verifluence/monitoring/places'

/** How the live cluster answers; each function throws with one sentence where it does not. */
export interface Cluster {
  /** `kubectl get … -o json`, parsed. */
  get(...args: readonly string[]): Promise<unknown>
  /** Prometheus' API below `/api/v1/`: the `data` of its answer. */
  prometheus(path: string): Promise<unknown>
}

/** One thing that must hold after a deploy; `problems` is empty where it holds. */
export interface Finding {
  readonly check: string
  readonly problems: readonly string[]
}

interface Check {
  readonly check: string
  readonly run: (cluster: Cluster) => Promise<string[]>
}

interface Listed<Item> {
  readonly items: readonly Item[]
}

interface WithConditions {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly message?: string
    }[]
  }
}

interface Deployment {
  readonly metadata: { readonly name: string; readonly generation?: number }
  readonly spec: { readonly replicas?: number }
  readonly status?: {
    readonly availableReplicas?: number
    readonly updatedReplicas?: number
    readonly observedGeneration?: number
  }
}

interface Target {
  readonly labels: Readonly<Record<string, string>>
  readonly health: string
  readonly lastError: string
}

interface RuleGroup {
  readonly rules: readonly {
    readonly name: string
    readonly type: string
    readonly health: string
    readonly lastError?: string
  }[]
}

/** The Flux Kustomizations of `operations/clusters/prod/sync`, in the order of their dependencies. */
export const KUSTOMIZATIONS = [
  'namespaces',
  'monitoring-releases',
  'monitoring-dashboards',
  'stage-apps',
  'stage-monitoring',
] as const

/** The Secrets of operations/README.md with their keys, by namespace. */
export const SECRETS: readonly { namespace: string; name: string; keys: readonly string[] }[] = [
  ...Object.values(secrets).map(({ name, key }) => ({
    namespace: MONITORING_NAMESPACE,
    name,
    keys: [key],
  })),
  { namespace: MONITORING_NAMESPACE, name: 'grafana-admin', keys: ['username', 'password'] },
  ...environments.map((namespace) => ({
    namespace,
    name: 'backend-env',
    keys: ['DATABASE_URL', 'KICK_CLIENT_ID', 'KICK_CLIENT_SECRET'],
  })),
]

const DASHBOARD_LABEL = 'grafana_dashboard=1'

const notReady = ({ metadata, status }: WithConditions): string[] => {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status === 'True'
    ? []
    : [`${metadata.name} is not ready: ${ready?.message ?? 'Flux has not looked at it yet'}`]
}

async function fluxFaults(cluster: Cluster): Promise<string[]> {
  const { items } = (await cluster.get(
    ...['kustomizations.kustomize.toolkit.fluxcd.io', '-n', 'flux-system'],
  )) as Listed<WithConditions>
  return KUSTOMIZATIONS.flatMap((name) => {
    const found = items.find(({ metadata }) => metadata.name === name)
    return found ? notReady(found) : [`there is no Flux Kustomization ${name}`]
  })
}

async function releaseFaults(cluster: Cluster): Promise<string[]> {
  const { items } = (await cluster.get(
    ...['helmreleases.helm.toolkit.fluxcd.io', '-n', MONITORING_NAMESPACE],
  )) as Listed<WithConditions>
  if (items.length === 0) return [`there is no HelmRelease in ${MONITORING_NAMESPACE}`]
  return items.flatMap(notReady)
}

async function secretFaults(cluster: Cluster): Promise<string[]> {
  const faults = await Promise.all(
    SECRETS.map(async ({ namespace, name, keys }) => {
      const { items } = (await cluster.get('secrets', '-n', namespace)) as Listed<{
        metadata: { name: string }
        data?: Readonly<Record<string, string>>
      }>
      const found = items.find(({ metadata }) => metadata.name === name)
      if (found === undefined) return [`there is no Secret ${namespace}/${name}`]
      return keys
        .filter((key) => !found.data?.[key])
        .map((key) => `Secret ${namespace}/${name} has no key ${key}`)
    }),
  )
  return faults.flat()
}

async function rolloutFaults(cluster: Cluster): Promise<string[]> {
  const faults = await Promise.all(
    environments.map(async (namespace) => {
      const { items } = (await cluster.get('deployments', '-n', namespace)) as Listed<Deployment>
      return Object.keys(targets).flatMap((name) => {
        const found = items.find(({ metadata }) => metadata.name === name)
        if (found === undefined) return [`there is no Deployment ${namespace}/${name}`]
        const { metadata, spec, status = {} } = found
        const wanted = spec.replicas ?? 1
        const available = status.availableReplicas ?? 0
        const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
        return isSeen && available >= wanted && (status.updatedReplicas ?? 0) >= wanted
          ? []
          : [`Deployment ${namespace}/${name} has ${available} of ${wanted} pods available`]
      })
    }),
  )
  return faults.flat()
}

async function targetFaults(cluster: Cluster): Promise<string[]> {
  const { activeTargets } = (await cluster.prometheus('targets?state=active')) as {
    activeTargets: readonly Target[]
  }
  return environments.flatMap((env) =>
    Object.values(targets).flatMap(({ job }) => {
      const own = activeTargets.filter(({ labels }) => labels.job === job && labels.env === env)
      if (own.length === 0) return [`no target has job="${job}" and env="${env}"`]
      return own
        .filter(({ health }) => health !== 'up')
        .map(({ labels, lastError }) => `${labels.instance} of ${job} is not up: ${lastError}`)
    }),
  )
}

async function ruleFaults(cluster: Cluster): Promise<string[]> {
  const { groups } = (await cluster.prometheus('rules')) as { groups: readonly RuleGroup[] }
  const loaded = groups.flatMap(({ rules }) => rules)
  const names = new Set(loaded.filter(({ type }) => type === 'alerting').map(({ name }) => name))
  return [
    ...alerts
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => `the alert ${name} is not loaded`),
    ...loaded
      .filter(({ health }) => health === 'err')
      .map(({ name, lastError }) => `the rule ${name} cannot be evaluated: ${lastError ?? ''}`),
  ]
}

/** The value of an instant query's only series; `undefined` where it has none. */
async function value(cluster: Cluster, query: string): Promise<number | undefined> {
  const { result } = (await cluster.prometheus(`query?query=${encodeURIComponent(query)}`)) as {
    result: readonly { value: readonly [number, string] }[]
  }
  const [first] = result
  return first === undefined ? undefined : Number(first.value[1])
}

interface Expectation {
  readonly query: string
  readonly holds: (value: number) => boolean
  readonly otherwise: string
}

const expecting =
  (...expectations: readonly Expectation[]) =>
  async (cluster: Cluster): Promise<string[]> => {
    const faults = await Promise.all(
      expectations.map(async ({ query, holds, otherwise }) => {
        const seen = await value(cluster, query)
        return seen !== undefined && holds(seen)
          ? []
          : [`${otherwise} (${query}: ${seen ?? 'no series'})`]
      }),
    )
    return faults.flat()
  }

export const RELOADED: readonly Expectation[] = ['prometheus', 'alertmanager'].map((program) => ({
  query: `min(${program}_config_last_reload_successful)`,
  holds: (seen) => seen === 1,
  otherwise: `${program} could not load its last configuration and runs on an older one`,
}))

export const HEARD: readonly Expectation[] = [
  {
    query: 'count(ALERTS{alertname="Watchdog",alertstate="firing"})',
    holds: (seen) => seen > 0,
    otherwise: 'Watchdog does not fire',
  },
  {
    query: 'sum(increase(alertmanager_notifications_total{integration="webhook"}[10m]))',
    holds: (seen) => seen > 0,
    otherwise: 'Alertmanager has not called the heartbeat service in ten minutes',
  },
  {
    query: 'sum(increase(alertmanager_notifications_failed_total[10m]))',
    holds: (seen) => seen === 0,
    otherwise: 'Alertmanager failed to deliver a notification in the last ten minutes',
  },
]

async function alertmanagerFaults(cluster: Cluster): Promise<string[]> {
  const { activeAlertmanagers } = (await cluster.prometheus('alertmanagers')) as {
    activeAlertmanagers: readonly unknown[]
  }
  return activeAlertmanagers.length > 0 ? [] : ['Prometheus knows no Alertmanager']
}

async function dashboardFaults(cluster: Cluster): Promise<string[]> {
  const { items } = (await cluster.get(
    ...['configmaps', '-n', MONITORING_NAMESPACE, '-l', DASHBOARD_LABEL],
  )) as Listed<{ metadata: { name: string } }>
  const names = items.map(({ metadata }) => metadata.name)
  return ['verifluence-api', 'verifluence-worker', 'verifluence-webhooks', 'verifluence-slo']
    .filter((name) => !names.includes(name))
    .map(
      (name) =>
        `no ConfigMap ${name} with the label ${DASHBOARD_LABEL}, so Grafana lacks that dashboard`,
    )
}

const CHECKS: readonly Check[] = [
  { check: 'Flux has applied the tree', run: fluxFaults },
  { check: 'the monitoring release is installed', run: releaseFaults },
  { check: 'every Secret exists with its keys', run: secretFaults },
  { check: 'api and worker are rolled out', run: rolloutFaults },
  { check: 'Prometheus scrapes api and worker', run: targetFaults },
  { check: 'every alert is loaded and evaluates', run: ruleFaults },
  { check: 'the last configuration is loaded', run: expecting(...RELOADED) },
  { check: 'Prometheus sends to Alertmanager', run: alertmanagerFaults },
  { check: 'the heartbeat is sent outside', run: expecting(...HEARD) },
  { check: 'Grafana finds the dashboards', run: dashboardFaults },
]

/** Checks a live cluster; a question that the cluster does not answer is a problem of its check. */
export async function* findings(cluster: Cluster): AsyncGenerator<Finding> {
  for (const { check, run } of CHECKS) {
    const problems = await run(cluster).catch((error: Error) => [error.message])
    yield { check, problems }
  }
}
