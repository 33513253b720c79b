import { CHART_ORIGIN } from '../../alertmanager/channels.ts'
import { RHYTHM } from '../../places.ts'
import { duration, isDuration, seconds } from '../../promql/time.ts'
import { type Door, type Ingress, isCalled, letsIn } from '../policies.ts'
import { rulesOf } from '../rules.ts'
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

const listed = <Entry>(value: unknown) => (Array.isArray(value) ? (value as readonly Entry[]) : [])

/** Among the rules of a policy: pods of the name and of the same namespace, through each of the doors. */
const admitting = (name: string, doors: readonly Door[]) => ({
  must: `admit ${name} on ${doors.map(({ port, protocol }) => `${port}/${protocol}`).join(' and ')}`,
  holds: (value: unknown) =>
    doors.every((door) =>
      letsIn(
        listed<Ingress>(value),
        (peer) => isCalled(peer, name) && peer.namespaceSelector === undefined,
        door,
      ),
    ),
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
    path: ['prometheus', 'networkPolicy', 'egress'],
    must: 'hold a rule',
    holds: (value) => Array.isArray(value) && value.length > 0,
    otherwise: 'the policy denies every way out, and Prometheus scrapes nothing',
  },
  {
    path: ['alertmanager', 'networkPolicy', 'additionalIngress'],
    ...admitting('grafana', [{ port: 9093, protocol: 'TCP' }]),
    otherwise: "the chart's policy admits Prometheus alone, and Grafana's Alerting pages are empty",
  },
  {
    path: ['alertmanager', 'networkPolicy', 'additionalIngress'],
    ...admitting('alertmanager', [
      { port: 9094, protocol: 'TCP' },
      { port: 9094, protocol: 'UDP' },
    ]),
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
    otherwise: 'Grafana evaluates rules of its own next to Prometheus',
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

const GRACE = 'rules.alert.for-grace-period'
const GRACE_BY_DEFAULT = seconds('10m')

interface Argument {
  readonly name?: string
  readonly value?: unknown
}

/** How short a `for` of the rules gets; one without it fires at once, and a restart changes nothing. */
const shortestFor = (tree: Tree): number =>
  Math.min(
    GRACE_BY_DEFAULT,
    ...rulesOf(tree)
      .map((rule) => seconds(rule.for ?? ''))
      .filter((length) => length > 0),
  )

/** After a restart Prometheus goes on with an alert only where its `for` is as long as the argument. */
const gracePeriod = (longest: number): Trap => ({
  path: prometheusSpec('additionalArgs'),
  must: `set ${GRACE} to ${duration(longest)} or less`,
  holds: (value) =>
    listed<Argument>(value).some(
      (argument) =>
        argument.name === GRACE && isDuration(argument.value) && seconds(argument.value) <= longest,
    ),
  otherwise: `a restart of Prometheus tells alerts twice whose \`for\` is shorter than it, and by default it is ${duration(GRACE_BY_DEFAULT)}`,
})

const at = (values: unknown, path: readonly string[]): unknown =>
  path.reduce(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    values,
  )

/** What the chart takes without a word, and what then does not happen. A patch need not repeat it. */
export const checkChartTraps = (tree: Tree): string[] => {
  const all = [...traps, gracePeriod(shortestFor(tree))]
  return releasesOf(tree)
    .filter(({ isPatch }) => !isPatch)
    .flatMap(({ file, values }) =>
      all
        .filter(({ path, holds }) => !holds(at(values, path)))
        .map(
          ({ path, must, otherwise }) =>
            `${file}: ${path.join('.')} must ${must}: otherwise ${otherwise}. Correct monitoring/src/release/base.yaml.`,
        ),
    )
}
