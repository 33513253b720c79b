import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  apiEnvironment,
  PROBE_PATHS,
  READINESS_TIMEOUT_SECONDS,
  workerEnvironment,
} from '@verifluence/api/config'
import { CHART_RECORD } from '@verifluence/toolchain'
import { CHART_ALERTS_SENT, VOLUME_ALERTS } from '../../alertmanager/channels.ts'
import { replicas, seriesBudget } from '../../budget.ts'
import { RHYTHM, targets } from '../../places.ts'
import { fluxOf } from '../placement.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from '../tree.ts'
import { picks } from '../wiring.ts'
import {
  type Agreement,
  disagreements,
  type Field,
  fieldsOf,
  measure,
  type Place,
  places,
  within,
} from './agreement.ts'

const CODE = 'api/src/config.ts'
const RECORD = 'packages/toolchain/src/chart.json'
const README = 'operations/README.md'

/** The two processes of the image: the variables each reads, and its port for traffic or probes. */
const PROCESSES = {
  api: {
    variables: Object.keys(apiEnvironment.shape),
    port: apiEnvironment.shape.API_PORT.parse(undefined),
    metrics: apiEnvironment.shape.API_METRICS_PORT.parse(undefined),
  },
  worker: {
    variables: Object.keys(workerEnvironment.shape),
    port: workerEnvironment.shape.WORKER_PORT.parse(undefined),
    metrics: workerEnvironment.shape.WORKER_METRICS_PORT.parse(undefined),
  },
} as const

const IMAGE = 'ghcr.io/verifluence/backend'
const CONTAINERS = 'spec.template.spec.containers.*'
/** Keys that lead to one container of a workload. */
const CONTAINER_DEPTH = 5

/** The process that a container of our image runs; none for other images. */
const processOf = (field: Place) => {
  const [image] = within(field, CONTAINER_DEPTH, 'image')
  if (!String(image?.value).startsWith(IMAGE)) return undefined
  const [name] = within(field, CONTAINER_DEPTH, 'args.0')
  return PROCESSES[String(name?.value) as keyof typeof PROCESSES]
}

const deployment = (path: string) => fieldsOf('Deployment', `${CONTAINERS}.${path}`)
const values = (path: string) => fieldsOf('HelmRelease', `spec.values.${path}`)

const readme = (tree: Tree): string => {
  const file = join(tree.root, README)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

interface SecretRow {
  readonly name: string
  readonly namespaces: readonly string[]
  readonly keys: readonly string[]
}

/** The table of Secrets in the README; a row without keys holds any. */
const secretRows = (tree: Tree): SecretRow[] => {
  const [, section = ''] = readme(tree).split(/^## Secrets$/m)
  const ticked = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)
  return (section.split(/^## /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|'))
    .map(([, name, namespaces, keys]) => ({
      name: ticked(name)[0] ?? '',
      namespaces: ticked(namespaces),
      keys: ticked(keys?.replace(/\[[^\]]*\]\([^)]*\)/g, '')),
    }))
}
const secretsIn = (tree: Tree, { namespace }: Manifest['metadata']) =>
  secretRows(tree).filter(
    ({ namespaces }) =>
      namespaces.includes(namespace ?? '') ||
      (namespaces.includes('stage') && namespace !== 'monitoring'),
  )
const SECRETS_TABLE = `the table of Secrets in ${README}`
const secretNames = (field: Place, tree: Tree) =>
  places(
    SECRETS_TABLE,
    secretsIn(tree, (field as Field).object.metadata).map(({ name }) => name),
  )

const objectsOfKind = (tree: Tree, kind: string) =>
  objectsOf(tree).filter(({ object }) => object.kind === kind)

/** Deployments in the namespace of a field's object whose pods the labels select. */
const selected = (field: Place, tree: Tree, path: string): Field[] => {
  const { object } = field as Field
  const choice = Object.fromEntries(
    within(field, 0, path).map((label) => [label.path.at(-1) ?? '', String(label.value)]),
  )
  return fieldsOf(
    'Deployment',
    'spec',
  )(tree)
    .filter((other) => other.object.metadata.namespace === object.metadata.namespace)
    .filter((other) => {
      const { template } = other.value as {
        template: { metadata: { labels?: Readonly<Record<string, string>> } }
      }
      return picks(choice, template.metadata.labels)
    })
}

/** Dashboards as ConfigMaps, which only the built tree has. */
const dashboards = (tree: Tree) =>
  objectsOfKind(tree, 'ConfigMap').filter(({ object }) =>
    Object.keys((object.data as object | undefined) ?? {}).some((key) => key.endsWith('.json')),
  )
const sidecar = (tree: Tree, key: string): Place | undefined =>
  values(`grafana.sidecar.dashboards.${key}`)(tree)[0]

const NAME = '[app.kubernetes.io/name]'
const NAMESPACE = '[kubernetes.io/metadata.name]'

const startTime = (tree: Tree): Place[] =>
  deployment('startupProbe')(tree).map((field) => {
    const { periodSeconds = 10, failureThreshold = 3 } = field.value as Readonly<
      Record<string, number>
    >
    return {
      ...field,
      at: `${field.at} (periodSeconds × failureThreshold)`,
      value: periodSeconds * failureThreshold,
    }
  })

/** The Flux Kustomization that applies the file of a field. */
const fluxTimeout = (field: Place, tree: Tree): Place[] =>
  fluxOf(tree)
    .filter(({ folder }) => field.at.startsWith(`${folder}/`))
    .flatMap(({ name }) =>
      fieldsOf(
        'Kustomization',
        'spec.timeout',
      )(tree).filter(({ object }) => object.metadata.name === name),
    )

/** Commands on the pages, `svc/NAME` or `deploy/NAME`. */
const namedInDocs =
  (kind: 'svc' | 'deploy') =>
  (tree: Tree): Place[] =>
    [
      README,
      'docs/guides/alerting.md',
      'docs/guides/how-to.md',
      'docs/guides/deploy.md',
      'docs/runbooks.md',
    ]
      .filter((page) => existsSync(join(tree.root, page)))
      .flatMap((page) => {
        const text = readFileSync(join(tree.root, page), 'utf8')
        const pattern = new RegExp(`\\b${kind}/([a-z][a-z0-9-]*)`, 'g')
        return [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].map((name) => ({
          at: `${page}: ${kind}/${name}`,
          value: name,
        }))
      })

const user = (tree: Tree): Place[] => {
  const file = join(tree.root, 'Dockerfile')
  if (!existsSync(file)) return []
  return [...readFileSync(file, 'utf8').matchAll(/^USER (\d+)/gm)].map(([, id]) => ({
    at: 'Dockerfile: USER',
    value: Number(id),
  }))
}

/**
 * Places that must agree and of which neither is derived from the other. What is generated from
 * `monitoring/src` (rules, dashboards, routes, addresses) cannot differ and is not listed. Selectors,
 * metrics ports, volumes' names and grace periods have checks of their own (`wiring.ts`, `exposure.ts`, `pods.ts`).
 */
export const agreements: readonly Agreement[] = [
  {
    kind: 'routes',
    between: ['path of the readiness probe', `PROBE_PATHS in ${CODE}`],
    fields: deployment('readinessProbe.httpGet.path'),
    must: 'equal',
    others: (field) => (processOf(field) ? places(CODE, [PROBE_PATHS.readiness]) : []),
    otherwise: 'no pod ever becomes ready, or one without a database gets traffic',
  },
  {
    kind: 'routes',
    between: ['path of the startup and liveness probes', `PROBE_PATHS in ${CODE}`],
    fields: deployment('{startupProbe,livenessProbe}.httpGet.path'),
    must: 'equal',
    others: (field) => (processOf(field) ? places(CODE, [PROBE_PATHS.liveness]) : []),
    otherwise: 'healthy pods are restarted for ever, or all of them while the database is down',
  },
  {
    kind: 'routes',
    between: ['path of a ServiceMonitor', 'the only path of the metrics server'],
    fields: fieldsOf('ServiceMonitor', 'spec.endpoints.*.path'),
    must: 'equal',
    others: () => places('packages/sideport/src/server/listen.ts', ['/metrics']),
    otherwise: 'every scrape is answered with 404',
  },
  {
    kind: 'ports',
    between: ['containerPort of a process', `its default in ${CODE}`],
    fields: deployment('ports.*.containerPort'),
    must: 'equal',
    others: (field) => {
      const process = processOf(field)
      return process ? places(CODE, [process.port]) : []
    },
    otherwise: 'Services and probes reach a port on which nothing listens',
  },
  {
    kind: 'ports',
    between: ['metrics ports in monitoring/src/places.ts', `their defaults in ${CODE}`],
    fields: () =>
      Object.entries(targets).map(([name, { port }]) => ({
        at: `monitoring/src/places.ts: targets.${name}.port`,
        value: port,
      })),
    must: 'equal',
    others: ({ at }) =>
      places(CODE, [at.includes('.api.') ? PROCESSES.api.metrics : PROCESSES.worker.metrics]),
    otherwise: 'Prometheus scrapes a port on which nothing listens',
  },
  {
    kind: 'ports',
    between: ['targetPort of a metrics Service', 'monitoring/src/places.ts'],
    fields: (tree) =>
      fieldsOf(
        'Service',
        'spec.ports.*.targetPort',
      )(tree).filter(({ object }) =>
        Object.values(targets).some(({ job }) => job === object.metadata.name),
      ),
    must: 'equal',
    others: (field) =>
      Object.values(targets)
        .filter(({ job }) => job === (field as Field).object.metadata.name)
        .map(({ port }) => ({ at: 'monitoring/src/places.ts', value: port })),
    otherwise: 'Prometheus scrapes a port on which nothing listens',
  },
  {
    kind: 'ports',
    between: ['ports that a NetworkPolicy opens', 'ports of the pods that it selects'],
    // A range may begin below the pods' port; admission.ts checks those.
    fields: (tree) =>
      fieldsOf(
        'NetworkPolicy',
        'spec.ingress.*.ports.*.port',
      )(tree).filter((field) => within(field, field.path.length - 1, 'endPort').length === 0),
    must: 'be one of',
    others: (field, tree) =>
      selected(field, tree, 'spec.podSelector.matchLabels.*').flatMap((pods) => {
        const process = PROCESSES[pods.object.metadata.name as keyof typeof PROCESSES]
        return [
          ...within(pods, 1, 'template.spec.containers.*.ports.*.{containerPort,name}'),
          ...places(CODE, process ? [process.metrics] : []),
        ]
      }),
    otherwise: 'the policy opens nothing, and the traffic that it is for is dropped',
  },
  {
    kind: 'ports',
    between: ["ports of the release's Prometheus policy", "Prometheus' Service in the chart"],
    fields: values('prometheus.networkPolicy.ingress.*.ports.*.port'),
    must: 'be one of',
    others: () => places(RECORD, Object.values(CHART_RECORD.services['k8s-prometheus'] ?? {})),
    otherwise: 'the policy opens a port on which nothing listens',
  },
  {
    kind: 'ports',
    between: [
      "ports of the release's Alertmanager policy",
      "Alertmanager's Service in the chart, and gossip",
    ],
    fields: values('alertmanager.networkPolicy.additionalIngress.*.ports.*.port'),
    must: 'be one of',
    others: () => [
      ...places(RECORD, Object.values(CHART_RECORD.services['k8s-alertmanager'] ?? {})),
      ...places('gossip of the operator', [9094]),
    ],
    otherwise: 'the policy opens a port on which nothing listens',
  },
  {
    kind: 'arguments',
    between: ['first argument of our containers', 'the processes of the image'],
    fields: (tree) =>
      deployment('args.0')(tree).filter((field) =>
        within(field, CONTAINER_DEPTH, 'image').some(({ value }) =>
          String(value).startsWith(IMAGE),
        ),
      ),
    must: 'be one of',
    others: () => places('the entry point of the image', Object.keys(PROCESSES)),
    otherwise: 'the container ends at once with exit code 64',
  },
  {
    kind: 'environment variables',
    between: ['env of our containers', `the settings of the process in ${CODE}`],
    fields: deployment('env.*.name'),
    must: 'be one of',
    others: (field) => places(CODE, processOf(field)?.variables ?? []),
    otherwise: 'the process ignores it and runs with its default',
  },
  {
    kind: 'environment variables',
    between: ['CLIENT_ADDRESS_HEADER', `the header that the gateway removes, in ${README}`],
    fields: (tree) =>
      deployment('env.*.value')(tree).filter((field) =>
        within(field, field.path.length - 1, 'name').some(
          ({ value }) => value === 'CLIENT_ADDRESS_HEADER',
        ),
      ),
    must: 'be one of',
    others: (_, tree) =>
      places(
        README,
        [...readme(tree).matchAll(/remove: \[([^\]]+)\]/g)].map(([, header]) => header),
      ),
    otherwise:
      'clients behind the gateway choose their own address and escape the limits of sign-in',
  },
  {
    kind: 'secrets',
    between: ['Secret of envFrom', SECRETS_TABLE],
    fields: deployment('envFrom.*.secretRef.name'),
    must: 'be one of',
    others: secretNames,
    otherwise: 'no one creates it, and the pods wait in CreateContainerConfigError',
  },
  {
    kind: 'secrets',
    between: ["Secrets that Alertmanager's pod mounts", SECRETS_TABLE],
    fields: values('alertmanager.alertmanagerSpec.secrets.*'),
    must: 'be one of',
    others: secretNames,
    otherwise: "no one creates it, and Alertmanager's pod never starts",
  },
  {
    kind: 'secrets',
    between: ["files in Alertmanager's configuration", SECRETS_TABLE],
    fields: values(
      'alertmanager.config.receivers.*.{telegram_configs,webhook_configs}.*.{bot_token_file,url_file}',
    ),
    must: 'be one of',
    others: (field, tree) =>
      places(
        SECRETS_TABLE,
        secretsIn(tree, (field as Field).object.metadata).flatMap(({ name, keys }) =>
          keys.map((key) => `/etc/alertmanager/secrets/${name}/${key}`),
        ),
      ),
    otherwise: 'the file does not exist, and no notification leaves',
  },
  {
    kind: 'secrets',
    between: ["Grafana's administrator", SECRETS_TABLE],
    fields: values('grafana.admin.existingSecret'),
    must: 'be one of',
    others: secretNames,
    otherwise: "no one creates it, and Grafana's pod never starts",
  },
  {
    kind: 'secrets',
    between: ["keys of Grafana's administrator", SECRETS_TABLE],
    fields: values('grafana.admin.{userKey,passwordKey}'),
    must: 'be one of',
    others: (field, tree) => {
      const [name] = within(field, 4, 'existingSecret')
      return places(
        SECRETS_TABLE,
        secretRows(tree)
          .filter((row) => row.name === name?.value)
          .flatMap(({ keys }) => keys),
      )
    },
    otherwise: "Grafana's pod never starts",
  },
  {
    kind: 'secrets',
    between: [SECRETS_TABLE, 'what reads them'],
    fields: (tree) =>
      secretRows(tree).map(({ name }) => ({ at: `${SECRETS_TABLE}: ${name}`, value: name })),
    must: 'be one of',
    others: (_, tree) => readSecrets(tree),
    otherwise: 'an operator creates a Secret that nothing reads, under a name that may be misspelt',
  },
  {
    kind: 'times',
    between: ['interval of a ServiceMonitor', 'RHYTHM in monitoring/src/places.ts'],
    fields: fieldsOf('ServiceMonitor', 'spec.endpoints.*.interval'),
    must: 'equal',
    others: () => places('RHYTHM in monitoring/src/places.ts', [`${RHYTHM}s`]),
    otherwise: 'windows of the rules hold too few samples, and alerts stay silent',
  },
  {
    kind: 'times',
    between: ['scrapeTimeout', 'interval of the same endpoint'],
    fields: fieldsOf('ServiceMonitor', 'spec.endpoints.*.scrapeTimeout'),
    must: 'be at most',
    others: (field) => within(field, 3, 'interval'),
    otherwise: 'the operator leaves the ServiceMonitor out',
  },
  {
    kind: 'times',
    between: ["a probe's timeoutSeconds", 'periodSeconds of the same probe'],
    fields: deployment('{startupProbe,livenessProbe,readinessProbe}.timeoutSeconds'),
    must: 'be at most',
    others: (field) => within(field, CONTAINER_DEPTH + 1, 'periodSeconds'),
    otherwise:
      'a slow answer delays the next probe, and the pod is given up later than the numbers say',
  },
  {
    kind: 'times',
    between: ["the readiness probe's timeoutSeconds", `READINESS_TIMEOUT_SECONDS in ${CODE}`],
    fields: deployment('readinessProbe.timeoutSeconds'),
    must: 'be more than',
    others: (field) => (processOf(field) ? places(CODE, [READINESS_TIMEOUT_SECONDS]) : []),
    otherwise: 'the kubelet hangs up before the process can answer that its database is away',
  },
  {
    kind: 'times',
    between: ['time of the startup probe', 'progressDeadlineSeconds of the Deployment'],
    fields: startTime,
    must: 'be at most',
    others: (field) => {
      const [deadline] = within(field, 0, 'spec.progressDeadlineSeconds')
      return deadline ? [deadline] : places('progressDeadlineSeconds, by default', [600])
    },
    otherwise: 'a rollout counts as failed while a pod still migrates',
  },
  {
    kind: 'times',
    between: ['time of the startup probe', "timeout of the folder's Flux Kustomization"],
    fields: startTime,
    must: 'be at most',
    others: fluxTimeout,
    otherwise: 'Flux gives up while a pod still migrates',
  },
  {
    kind: 'times',
    between: ['timeout of a HelmRelease', "timeout of the folder's Flux Kustomization"],
    fields: (tree) =>
      fieldsOf(
        'HelmRelease',
        'spec',
      )(tree).map((field) => ({
        ...field,
        at: `${field.at}.timeout`,
        value: (field.value as { readonly timeout?: string }).timeout ?? '5m',
      })),
    must: 'be at most',
    others: fluxTimeout,
    otherwise: 'Flux gives up while Helm still installs',
  },
  {
    kind: 'times',
    between: ["Alertmanager's retention", 'repeat_interval of each route'],
    fields: values('alertmanager.alertmanagerSpec.retention'),
    must: 'be at least',
    others: (field) => [
      ...within(field, 3, 'config.route.repeat_interval'),
      ...within(field, 3, 'config.route.routes.*.repeat_interval'),
    ],
    otherwise: 'Alertmanager forgets what it sent and sends it again',
  },
  {
    kind: 'limits and budgets',
    between: ['minAvailable of a PodDisruptionBudget', 'replicas of the pods that it selects'],
    fields: fieldsOf('PodDisruptionBudget', 'spec.minAvailable'),
    must: 'be less than',
    others: (field, tree) =>
      selected(field, tree, 'spec.selector.matchLabels.*').flatMap((pods) =>
        within(pods, 1, 'replicas'),
      ),
    otherwise: 'no node with one of these pods can ever be drained',
  },
  {
    kind: 'limits and budgets',
    between: ['maxUnavailable of a PodDisruptionBudget', 'one pod'],
    fields: fieldsOf('PodDisruptionBudget', 'spec.maxUnavailable'),
    must: 'be at least',
    others: () => places('one pod', [1]),
    otherwise: 'no node with one of these pods can ever be drained',
  },
  {
    kind: 'limits and budgets',
    between: ['retentionSize of Prometheus', 'nine tenths of its volume'],
    fields: values('prometheus.prometheusSpec.retentionSize'),
    must: 'be at most',
    others: (field) =>
      within(field, 4, 'storageSpec.volumeClaimTemplate.spec.resources.requests.storage').map(
        ({ at, value }) => ({
          at: `9/10 of ${at}`,
          value: `${(measure(value) * 0.9) / 2 ** 30}GB`,
        }),
      ),
    otherwise: 'the volume is full before the oldest blocks go, and Prometheus stops',
  },
  {
    kind: 'limits and budgets',
    between: ['sampleLimit of a ServiceMonitor', 'seriesBudget in monitoring/src/budget.ts'],
    fields: fieldsOf('ServiceMonitor', 'spec.sampleLimit'),
    must: 'be at least',
    others: (field) =>
      Object.entries(targets)
        .filter(([, { job }]) => job === (field as Field).object.metadata.name)
        .map(([name]) => ({
          at: 'monitoring/src/budget.ts',
          value: seriesBudget[name as keyof typeof seriesBudget],
        })),
    otherwise: 'a target with nothing but its expected series is dropped whole',
  },
  {
    kind: 'limits and budgets',
    between: ['replicas of a process', 'replicas in monitoring/src/budget.ts'],
    fields: fieldsOf('Deployment', 'spec.replicas'),
    must: 'be at most',
    others: (field) => {
      const most = replicas[(field as Field).object.metadata.name as keyof typeof replicas]
      return most === undefined ? [] : places('monitoring/src/budget.ts', [most])
    },
    otherwise: "Prometheus' memory and volume are reckoned for fewer",
  },
  ...(['cpu', 'memory'] as const).flatMap((resource): Agreement[] => [
    {
      kind: 'limits and budgets',
      between: [`requests.${resource} of a container`, `limits.${resource} of the same`],
      fields: deployment(`resources.requests.${resource}`),
      must: 'be at most',
      others: (field) => within(field, CONTAINER_DEPTH + 1, `limits.${resource}`),
      otherwise: 'the cluster refuses the pod',
    },
    {
      kind: 'limits and budgets',
      between: [`requests.${resource} in the release`, `limits.${resource} of the same`],
      fields: values(
        `{prometheus,alertmanager}.{prometheusSpec,alertmanagerSpec}.resources.requests.${resource}`,
      ),
      must: 'be at most',
      others: (field) => within(field, 5, `limits.${resource}`),
      otherwise: 'the cluster refuses the pod',
    },
  ]),
  {
    kind: 'labels and selectors',
    between: ['labels of the dashboards', 'the label for which the sidecar looks'],
    fields: (tree) => {
      const label = sidecar(tree, 'label')
      if (label === undefined) return []
      return dashboards(tree).map(({ file, object }) => ({
        at: `${file}: ${nameOf(object)} metadata.labels.${label.value}`,
        value: object.metadata.labels?.[String(label.value)] ?? 'absent',
      }))
    },
    must: 'equal',
    others: (_, tree) => [sidecar(tree, 'labelValue')].filter((one) => one !== undefined),
    otherwise: 'Grafana does not show the dashboard',
  },
  {
    kind: 'labels and selectors',
    between: ['namespace of the dashboards', 'the namespace that the sidecar searches'],
    fields: (tree) =>
      dashboards(tree).map(({ file, object }) => ({
        at: `${file}: ${nameOf(object)} metadata.namespace`,
        value: object.metadata.namespace,
      })),
    must: 'equal',
    others: (_, tree) => [sidecar(tree, 'searchNamespace')].filter((one) => one !== undefined),
    otherwise: 'Grafana does not show the dashboard',
  },
  {
    kind: 'labels and selectors',
    between: ['folderAnnotation of the sidecar', 'annotations of the dashboards'],
    fields: values('grafana.sidecar.dashboards.folderAnnotation'),
    must: 'be one of',
    others: (_, tree) =>
      dashboards(tree).flatMap(({ file, object }) =>
        places(
          `${file}: ${nameOf(object)} metadata.annotations`,
          Object.keys(object.metadata.annotations ?? {}),
        ),
      ),
    otherwise: "the dashboards lie outside their folder, among the chart's",
  },
  {
    kind: 'labels and selectors',
    between: ['pods that a NetworkPolicy of the tree admits', 'pods of the chart, or of the tree'],
    fields: fieldsOf('NetworkPolicy', `spec.ingress.*.from.*.podSelector.matchLabels.${NAME}`),
    must: 'be one of',
    others: (_, tree) => [...places(RECORD, CHART_RECORD.pods), ...ownPods(tree)],
    otherwise: 'the policy admits a pod that does not exist, and the right one is refused',
  },
  {
    kind: 'labels and selectors',
    between: ["pods that the release's policies admit", 'pods of the chart'],
    fields: values(
      `{prometheus,alertmanager}.networkPolicy.{ingress,additionalIngress}.*.from.*.podSelector.matchLabels.${NAME}`,
    ),
    must: 'be one of',
    others: (_, tree) => [...places(RECORD, CHART_RECORD.pods), ...ownPods(tree)],
    otherwise: 'the policy admits a pod that does not exist, and the right one is refused',
  },
  {
    kind: 'labels and selectors',
    between: ['labels of a topologySpreadConstraint', "labels of the Deployment's pods"],
    fields: fieldsOf(
      'Deployment',
      `spec.template.spec.topologySpreadConstraints.*.labelSelector.matchLabels.${NAME}`,
    ),
    must: 'equal',
    others: (field) => within(field, 2, `metadata.labels.${NAME}`),
    otherwise: 'the constraint counts no pod, and both may run on one node',
  },
  ...[
    fieldsOf('NetworkPolicy', `spec.ingress.*.from.*.namespaceSelector.matchLabels.${NAMESPACE}`),
    values(`*.networkPolicy.*.*.from.*.namespaceSelector.matchLabels.${NAMESPACE}`),
    values('grafana.networkPolicy.explicitNamespacesSelector.matchExpressions.*.values.*'),
  ].map(
    (fields): Agreement => ({
      kind: 'names',
      between: [
        'namespaces that a policy admits',
        `Namespaces of the tree, or those outside that ${README} names`,
      ],
      fields,
      must: 'be one of',
      others: (_, tree) => [
        ...fieldsOf('Namespace', 'metadata.name')(tree),
        ...places(README, outsideNamespaces(tree)),
      ],
      otherwise: 'the policy admits a namespace that does not exist, and the right one is refused',
    }),
  ),
  {
    kind: 'names',
    between: ["an object's namespace", 'Namespaces of the tree'],
    fields: (tree) =>
      fieldsOf('*', 'metadata.namespace')(tree).filter(({ value }) => value !== 'flux-system'),
    must: 'be one of',
    others: (_, tree) => fieldsOf('Namespace', 'metadata.name')(tree),
    otherwise: 'Flux cannot apply it',
  },
  {
    kind: 'names',
    between: ['sourceRef of a HelmRelease', 'HelmRepository of its namespace'],
    fields: fieldsOf('HelmRelease', 'spec.chart.spec.sourceRef.name'),
    must: 'be one of',
    others: (field, tree) =>
      fieldsOf(
        'HelmRepository',
        'metadata.name',
      )(tree).filter(
        ({ object }) => object.metadata.namespace === (field as Field).object.metadata.namespace,
      ),
    otherwise: 'Flux never finds the chart',
  },
  {
    kind: 'names',
    between: ['fullnameOverride of the release', 'Services of the chart'],
    fields: (tree) =>
      values('fullnameOverride')(tree).map((field) => ({
        ...field,
        value: `${field.value}-prometheus`,
      })),
    must: 'be one of',
    others: () => places(RECORD, Object.keys(CHART_RECORD.services)),
    otherwise: 'links, commands and datasources name Services that do not exist; run npm run chart',
  },
  {
    kind: 'names',
    between: ['fullnameOverride of Grafana', 'Services of the chart'],
    fields: values('grafana.fullnameOverride'),
    must: 'be one of',
    others: () => places(RECORD, Object.keys(CHART_RECORD.services)),
    otherwise: 'links and commands name a Service that does not exist; run npm run chart',
  },
  {
    kind: 'names',
    between: ['uid of the Alertmanager datasource', 'datasources of the chart'],
    fields: values('grafana.sidecar.datasources.alertmanager.uid'),
    must: 'be one of',
    others: () => places(RECORD, Object.values(CHART_RECORD.datasources)),
    otherwise: 'links and panels that name the datasource find none; run npm run chart',
  },
  {
    kind: 'names',
    between: ['name of the Alertmanager datasource', 'datasources of the chart'],
    fields: values('grafana.sidecar.datasources.alertmanager.name'),
    must: 'be one of',
    others: () => places(RECORD, Object.keys(CHART_RECORD.datasources)),
    otherwise: 'links that name the datasource find none; run npm run chart',
  },
  {
    kind: 'names',
    between: ['svc/NAME on the pages', 'Services of the tree and of the chart'],
    fields: namedInDocs('svc'),
    must: 'be one of',
    others: (_, tree) => [
      ...fieldsOf('Service', 'metadata.name')(tree),
      ...places(RECORD, Object.keys(CHART_RECORD.services)),
    ],
    otherwise: 'the command fails for the reader who needs it most',
  },
  {
    kind: 'names',
    between: ['deploy/NAME on the pages', 'Deployments of the tree and of the chart'],
    fields: namedInDocs('deploy'),
    must: 'be one of',
    others: (_, tree) => [
      ...fieldsOf('Deployment', 'metadata.name')(tree),
      ...places(RECORD, Object.keys(CHART_RECORD.services)),
    ],
    otherwise: 'the command fails for the reader who needs it most',
  },
  {
    kind: 'names',
    between: ['image of our containers', `the image that ${README} describes`],
    fields: (tree) =>
      deployment('image')(tree)
        .filter((field) =>
          within(field, CONTAINER_DEPTH, 'args.0').some(({ value }) => String(value) in PROCESSES),
        )
        .map((field) => ({ ...field, value: String(field.value).replace(/[:@].*$/, '') })),
    must: 'be one of',
    others: (_, tree) =>
      places(
        README,
        [...readme(tree).matchAll(/`(ghcr\.io\/[^`:]+)`/g)].map(([, image]) => image),
      ),
    otherwise: 'the cluster pulls an image that no one builds',
  },
  {
    kind: 'volumes and paths',
    between: ['runAsUser of our pods', 'USER in the Dockerfile'],
    fields: fieldsOf('Deployment', 'spec.template.spec.securityContext.runAsUser'),
    must: 'equal',
    others: (field, tree) =>
      within(field, 3, 'containers.*.image').some(({ value }) => String(value).startsWith(IMAGE))
        ? user(tree)
        : [],
    otherwise: 'files of the image may not be readable, and the pod does not start',
  },
  {
    kind: 'versions',
    between: ['version of the HelmRelease', `${RECORD}`],
    fields: fieldsOf('HelmRelease', 'spec.chart.spec.version'),
    must: 'equal',
    others: (field) =>
      within(field, 3, 'chart').some(({ value }) => value === CHART_RECORD.chart)
        ? places(RECORD, [CHART_RECORD.version])
        : [],
    otherwise:
      'values, alerts and versions were read in another chart; restore it in monitoring/src/release/base.yaml, or run npm run chart',
  },
  {
    kind: 'versions',
    between: [
      'alerts of the chart that are sent, in monitoring/src/alertmanager/channels.ts',
      'alerts of the chart',
    ],
    fields: () =>
      places('monitoring/src/alertmanager/channels.ts', [...CHART_ALERTS_SENT, ...VOLUME_ALERTS]),
    must: 'be one of',
    others: () => places(RECORD, CHART_RECORD.alerts),
    otherwise: 'a route waits for an alert that never fires',
  },
]

const ownPods = (tree: Tree) =>
  fieldsOf('Deployment', `spec.template.metadata.labels.${NAME}`)(tree)

/** Namespaces that others create, which the README names in a list. */
const outsideNamespaces = (tree: Tree): string[] => {
  const [, list = ''] = /^Namespaces outside this tree: (.+)$/m.exec(readme(tree)) ?? []
  return [...list.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** Every name of a Secret that the tree or the release reads. */
const readSecrets = (tree: Tree): Place[] => [
  ...deployment('envFrom.*.secretRef.name')(tree),
  ...values('alertmanager.alertmanagerSpec.secrets.*')(tree),
  ...values('grafana.admin.existingSecret')(tree),
]

/** Fields that disagree with the place they depend on. */
export const checkAgreements = (tree: Tree): string[] => disagreements(agreements, tree)
