import { RHYTHM } from '../../places.ts'
import { CHART_ORIGIN } from '../../routing/ways.ts'
import type { Tree } from '../tree.ts'
import { releasesOf } from './releases.ts'

interface Trap {
  /** Below `spec.values`. */
  readonly path: readonly string[]
  readonly must: string
  readonly holds: (value: unknown) => boolean
  readonly otherwise: string
}

const is = (wanted: unknown) => ({
  must: `be ${JSON.stringify(wanted)}`,
  holds: (value: unknown) => value === wanted,
})
const unlessTrue = { must: 'not be true', holds: (value: unknown) => value !== true }
const given = { must: 'be given', holds: (value: unknown) => value !== undefined && value !== null }
const prometheusSpec = (key: string) => ['prometheus', 'prometheusSpec', key]
const ini = (key: string) => ['grafana', 'grafana.ini', 'unified_alerting', key]

/** A peer among the rules whose pods have the name. */
const admitting = (name: string) => ({
  must: `admit ${name}`,
  holds: (value: unknown) =>
    JSON.stringify(value ?? null).includes(`"app.kubernetes.io/name":"${name}"`),
})

/** Each is valid to the chart without it, and something stays away in silence. */
const traps: readonly Trap[] = [
  ...['rule', 'serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig'].map((kind) => ({
    path: prometheusSpec(`${kind}SelectorNilUsesHelmValues`),
    ...is(false),
    otherwise: `Prometheus reads only ${kind} objects with the label of the release, and ours not at all`,
  })),
  ...['scrapeInterval', 'evaluationInterval'].map((key) => ({
    path: prometheusSpec(key),
    ...is(`${RHYTHM}s`),
    otherwise: `windows and times of all rules are made for ${RHYTHM}s`,
  })),
  {
    path: prometheusSpec('additionalArgs'),
    must: 'set rules.alert.for-grace-period',
    holds: (value) => JSON.stringify(value ?? null).includes('"rules.alert.for-grace-period"'),
    otherwise: 'a restart of Prometheus tells alerts twice whose `for` is below 10m',
  },
  {
    path: ['prometheus', 'networkPolicy', 'egress'],
    must: 'hold a rule',
    holds: (value) => Array.isArray(value) && value.length > 0,
    otherwise: 'the policy denies every way out, and Prometheus scrapes nothing',
  },
  {
    path: ['alertmanager', 'networkPolicy', 'additionalIngress'],
    ...admitting('grafana'),
    otherwise: "the chart's policy admits Prometheus alone, and Grafana's Alerting pages are empty",
  },
  {
    path: ['alertmanager', 'networkPolicy', 'additionalIngress'],
    ...admitting('alertmanager'),
    otherwise: 'replicas cannot gossip, and each sends every message',
  },
  {
    path: ['alertmanager', 'tplConfig'],
    ...unlessTrue,
    otherwise: 'Helm renders the braces that are meant for Alertmanager',
  },
  {
    path: ['alertmanager', 'alertmanagerSpec', 'storage'],
    ...given,
    otherwise: 'a restart forgets silences and sends everything again',
  },
  {
    path: ['alertmanager', 'config', 'inhibit_rules'],
    ...given,
    otherwise: "the chart's own rules let alerts of the cluster hide ours",
  },
  {
    path: ['defaultRules', 'additionalRuleLabels', 'origin'],
    ...is(CHART_ORIGIN.origin),
    otherwise: 'every alert about the cluster goes to Telegram',
  },
  {
    path: ini('enabled'),
    ...is(true),
    otherwise: 'Grafana has no Alerting pages',
  },
  {
    path: ini('execute_alerts'),
    ...is(false),
    otherwise: 'Grafana evaluates rules of its own beside Prometheus',
  },
  {
    path: ['grafana', 'sidecar', 'datasources', 'alertmanager', 'handleGrafanaManagedAlerts'],
    ...unlessTrue,
    otherwise: 'Grafana sends alerts of its own to Alertmanager',
  },
  {
    path: ['grafana', 'sidecar', 'dashboards', 'provider', 'allowUiUpdates'],
    ...unlessTrue,
    otherwise: 'dashboards are changed in the browser and the next sync undoes it',
  },
]

const at = (values: unknown, path: readonly string[]): unknown =>
  path.reduce(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    values,
  )

/** What the chart takes without a word, and what then does not happen. A patch need not repeat it. */
export const checkChartTraps = (tree: Tree): string[] =>
  releasesOf(tree)
    .filter(({ isPatch }) => !isPatch)
    .flatMap(({ file, values }) =>
      traps
        .filter(({ path, holds }) => !holds(at(values, path)))
        .map(
          ({ path, must, otherwise }) =>
            `${file}: ${path.join('.')} must ${must}: otherwise ${otherwise}. Correct monitoring/src/release/base.yaml.`,
        ),
    )
