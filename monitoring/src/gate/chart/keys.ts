import { closest } from '../../expressions/closest.ts'
import { nameOf, type Tree } from '../tree.ts'
import { releasesOf } from './releases.ts'

/** Keys below a value of the chart: `ANY` where what is below is another program's format. */
interface Keys {
  readonly [key: string]: Keys | typeof ANY
}
const ANY = 'any' as const
const each = (...keys: readonly string[]): Keys => Object.fromEntries(keys.map((key) => [key, ANY]))

/**
 * The values of kube-prometheus-stack that this tree uses, read in the values.yaml of the pinned
 * version. The chart has no schema and drops a mistyped key in silence, so a key that is not here is
 * refused: look it up in the chart first, then add it.
 */
const chartValues: Keys = {
  fullnameOverride: ANY,
  defaultRules: each('additionalRuleLabels', 'disabled'),
  prometheus: {
    networkPolicy: each('enabled', 'flavor', 'ingress', 'egress'),
    prometheusSpec: each(
      ...['scrapeInterval', 'evaluationInterval', 'retention', 'retentionSize', 'externalUrl'],
      ...[
        'additionalArgs',
        'externalLabels',
        'replicas',
        'resources',
        'storageSpec',
        'podAntiAffinity',
        'remoteWrite',
      ],
      ...['rule', 'serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig'].map(
        (selector) => `${selector}SelectorNilUsesHelmValues`,
      ),
    ),
  },
  alertmanager: {
    ...each('config', 'tplConfig', 'templateFiles'),
    networkPolicy: each('enabled', 'additionalIngress'),
    alertmanagerSpec: each(
      ...['externalUrl', 'replicas', 'retention', 'secrets', 'resources', 'storage'],
      'podAntiAffinity',
    ),
  },
  grafana: {
    ...each('fullnameOverride'),
    admin: each('existingSecret', 'userKey', 'passwordKey'),
    'grafana.ini': {
      server: each('root_url'),
      users: each('auto_assign_org_role', 'viewers_can_edit'),
      'auth.anonymous': each('enabled'),
      unified_alerting: each('enabled', 'execute_alerts'),
      analytics: each('reporting_enabled', 'check_for_updates'),
    },
    networkPolicy: each('enabled', 'allowExternal', 'explicitNamespacesSelector'),
    sidecar: {
      dashboards: {
        ...each('enabled', 'label', 'labelValue', 'searchNamespace', 'folderAnnotation'),
        provider: each('allowUiUpdates', 'foldersFromFilesStructure'),
      },
      datasources: {
        alertmanager: each(
          'enabled',
          'name',
          'uid',
          'handleGrafanaManagedAlerts',
          'implementation',
        ),
      },
    },
  },
}

const strangers = (values: object, keys: Keys, path: readonly string[] = []): string[][] =>
  Object.entries(values).flatMap(([key, value]) => {
    const below = keys[key]
    const here = [...path, key]
    if (below === undefined) return [here]
    if (below === ANY || typeof value !== 'object' || value === null) return []
    return strangers(value, below, here)
  })

const keysAt = (path: readonly string[]): string[] => {
  let keys: Keys = chartValues
  for (const key of path) {
    const below = keys[key]
    if (below === undefined || below === ANY) return []
    keys = below
  }
  return Object.keys(keys)
}

/** Keys in the HelmRelease's values, and in patches of them, that the chart would drop in silence. */
export const checkChartKeys = (tree: Tree): string[] =>
  releasesOf(tree).flatMap(({ file, object, values }) =>
    strangers(values, chartValues).map((path) => {
      const near = closest(path.at(-1) ?? '', keysAt(path.slice(0, -1)))
      const advice = near ? `did you mean ${near}? Else look it up` : 'look it up'
      return (
        `${file}: ${nameOf(object)} sets ${path.join('.')}, a value the chart is not known to read and would drop in silence; ` +
        `${advice} in the chart's values.yaml and add it to monitoring/src/gate/chart/keys.ts.`
      )
    }),
  )
