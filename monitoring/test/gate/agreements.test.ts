import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { measure } from '../../src/gate/agreements/agreement.ts'
import { agreements, checkAgreements } from '../../src/gate/agreements/table.ts'
import { buildAll, builtTree } from '../../src/gate/built.ts'
import { type Manifest, readTree, type Tree } from '../../src/gate/tree.ts'
import { copyOfTree } from '../support/copy.ts'
import { PATIENCE, PROD, RELEASE, STAGE } from '../support/refusals.ts'
import { runTool } from '../support/tools.ts'

const API = `${STAGE}/apps/api.yaml`
const WORKER = `${STAGE}/apps/worker.yaml`
const MONITOR = `${STAGE}/monitoring/api-metrics.yaml`
const POLICIES = `${STAGE}/monitoring/network-policies.yaml`
const TRAFFIC = `${STAGE}/apps/network-policies.yaml`
const DASHBOARDS = `${PROD}/monitoring/dashboards`
const SYNC = `${PROD}/sync/stage.yaml`
const README = 'operations/README.md'

/** One mistake: the file, what is replaced, and what the complaint names of both places. */
type Mistake = readonly [
  what: string,
  file: string,
  was: string | RegExp,
  becomes: string,
  says: readonly string[],
]

const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  routes: [
    [
      'a readiness probe of a path that no process serves',
      API,
      'path: /_readiness',
      'path: /ready',
      ['readinessProbe.httpGet.path is "/ready"', '"/_readiness" (api/src/config.ts)'],
    ],
    [
      'a liveness probe that fails while the database is away',
      WORKER,
      /(livenessProbe:\n\s+httpGet:\n\s+path: )\/_liveness/,
      'livenessProbe:\n            httpGet:\n              path: /_readiness',
      ['livenessProbe.httpGet.path is "/_readiness"', '"/_liveness" (api/src/config.ts)'],
    ],
    [
      'a startup probe of a path that no process serves',
      WORKER,
      'path: /_liveness',
      'path: /_live',
      ['startupProbe.httpGet.path is "/_live"', 'api/src/config.ts'],
    ],
    [
      'a scrape of another path',
      MONITOR,
      'path: /metrics',
      'path: /metric',
      ['endpoints.0.path is "/metric"', '"/metrics" (packages/sideport/src/server/listen.ts)'],
    ],
  ],
  ports: [
    [
      'a container port on which nothing listens',
      WORKER,
      'containerPort: 3002',
      'containerPort: 3003',
      ['containerPort is 3003', '3002 (api/src/config.ts)'],
    ],
    [
      'a metrics Service of another port',
      MONITOR,
      'targetPort: 9091',
      'targetPort: 9092',
      ['targetPort is 9092', '9091 (monitoring/src/places.ts)'],
    ],
    [
      'a policy for a port that the pods do not have',
      TRAFFIC,
      'port: 3000',
      'port: 3001',
      ['api-traffic spec.ingress.0.ports.0.port is 3001', 'containerPort'],
    ],
    [
      "a policy for another port of the api's metrics",
      POLICIES,
      'port: 9091',
      'port: 9191',
      ['ports.0.port is 9191', 'api/src/config.ts'],
    ],
    [
      'a policy of the release for a port that Prometheus does not have',
      RELEASE,
      'port: 9090',
      'port: 9099',
      ['prometheus.networkPolicy', 'is 9099', 'packages/toolchain/src/chart.json'],
    ],
    [
      'a policy of the release for a port that Alertmanager does not have',
      RELEASE,
      'port: 9093',
      'port: 9033',
      ['alertmanager.networkPolicy', 'is 9033', 'packages/toolchain/src/chart.json'],
    ],
  ],
  arguments: [
    [
      'a process that the image does not have',
      WORKER,
      'args: [worker]',
      'args: [workers]',
      ['args.0 is "workers"', '"api", "worker"'],
    ],
  ],
  'environment variables': [
    [
      'a variable that the process does not read',
      WORKER,
      'name: SHUTDOWN_GRACE_SECONDS',
      'name: SHUTDOWN_GRACE',
      ['env.0.name is "SHUTDOWN_GRACE"', 'api/src/config.ts'],
    ],
    [
      'a header that the gateway does not remove',
      API,
      'value: cf-connecting-ip',
      'value: x-real-ip',
      ['is "x-real-ip"', '"cf-connecting-ip" (operations/README.md)'],
    ],
    [
      'a gateway that removes another header',
      README,
      'remove: [cf-connecting-ip]',
      'remove: [x-forwarded-for]',
      ['is "cf-connecting-ip"', '"x-forwarded-for" (operations/README.md)'],
    ],
  ],
  secrets: [
    [
      'a misspelt Secret of the processes',
      API,
      'name: backend-env',
      'name: backend-envs',
      ['secretRef.name is "backend-envs"', 'the table of Secrets in operations/README.md'],
    ],
    [
      'a misspelt Secret that Alertmanager mounts',
      RELEASE,
      '- telegram-bot',
      '- telegram-bots',
      ['alertmanagerSpec.secrets.0 is "telegram-bots"', 'operations/README.md'],
    ],
    [
      'a key that the Secret does not have',
      RELEASE,
      'secrets/telegram-bot/token',
      'secrets/telegram-bot/tokens',
      ['bot_token_file', 'secrets/telegram-bot/token"', 'operations/README.md'],
    ],
    [
      "a misspelt Secret of Grafana's administrator",
      RELEASE,
      'existingSecret: grafana-admin',
      'existingSecret: grafana-admins',
      ['existingSecret is "grafana-admins"', 'operations/README.md'],
    ],
    [
      "a misspelt key of Grafana's administrator",
      RELEASE,
      'userKey: username',
      'userKey: user',
      ['userKey is "user"', '"username", "password"'],
    ],
    [
      'a Secret of the page that nothing reads',
      README,
      '| `alertmanager-heartbeat` |',
      '| `alertmanager-heart` |',
      ['operations/README.md: alertmanager-heart is', 'must be one of'],
    ],
  ],
  times: [
    [
      'a scrape interval for which the rules are not made',
      MONITOR,
      'interval: 30s',
      'interval: 5m',
      ['interval is "5m"', '"30s" (RHYTHM in monitoring/src/places.ts)'],
    ],
    [
      'a scrape that may take longer than its interval',
      MONITOR,
      'scrapeTimeout: 10s',
      'scrapeTimeout: 40s',
      ['scrapeTimeout is "40s"', '"30s"', 'endpoints.0.interval'],
    ],
    [
      'a probe that takes longer than its period',
      API,
      'timeoutSeconds: 3',
      'timeoutSeconds: 30',
      ['livenessProbe.timeoutSeconds is 30', '10', 'periodSeconds'],
    ],
    [
      'a readiness probe that hangs up before the process answers',
      API,
      /timeoutSeconds: 3\n(\s+failureThreshold: 2)/,
      'timeoutSeconds: 1\n            failureThreshold: 2',
      ['readinessProbe.timeoutSeconds is 1', '1 (api/src/config.ts)'],
    ],
    [
      'a migration that may take longer than a rollout',
      API,
      'failureThreshold: 300',
      'failureThreshold: 400',
      ['is 800', '600 (progressDeadlineSeconds, by default)'],
    ],
    [
      'a migration that may take longer than Flux waits',
      SYNC,
      'timeout: 10m',
      'timeout: 5m',
      ['startupProbe', 'is 600', '"5m"', 'Kustomization flux-system/stage-apps spec.timeout'],
    ],
    [
      'an installation that may take longer than Flux waits',
      `${PROD}/sync/monitoring.yaml`,
      'timeout: 10m',
      'timeout: 2m',
      ['HelmRelease monitoring/kube-prometheus-stack spec.timeout is "5m"', '"2m"'],
    ],
    [
      'an Alertmanager that forgets before it repeats',
      RELEASE,
      'retention: 120h',
      'retention: 12h',
      ['alertmanagerSpec.retention is "12h"', 'repeat_interval'],
    ],
  ],
  'limits and budgets': [
    [
      'a budget that lets no node be drained',
      API,
      'minAvailable: 1',
      'minAvailable: 2',
      ['PodDisruptionBudget stage/api spec.minAvailable is 2', '2 (', 'spec.replicas'],
    ],
    [
      'a budget that lets no pod go',
      API,
      'minAvailable: 1',
      'maxUnavailable: 0',
      ['maxUnavailable is 0', '1 (one pod)'],
    ],
    [
      'a retention above the volume',
      RELEASE,
      'retentionSize: 18GB',
      'retentionSize: 25GB',
      ['retentionSize is "25GB"', '"18GB"', 'requests.storage'],
    ],
    [
      'a limit of samples below the budget',
      MONITOR,
      'sampleLimit: 30000',
      'sampleLimit: 300',
      ['sampleLimit is 300', '3000 (monitoring/src/budget.ts)'],
    ],
    [
      'more replicas than the budget is made for',
      API,
      'replicas: 2',
      'replicas: 8',
      ['spec.replicas is 8', '2 (monitoring/src/budget.ts)'],
    ],
    [
      'a request of memory above its limit',
      API,
      'memory: 192Mi',
      'memory: 1Gi',
      ['requests.memory is "1Gi"', '"512Mi"'],
    ],
    [
      'a request of memory in the release above its limit',
      RELEASE,
      'memory: 64Mi',
      'memory: 640Mi',
      ['requests.memory is "640Mi"', '"256Mi"'],
    ],
    [
      'a request of CPU above its limit',
      API,
      'limits:\n',
      'limits:\n              cpu: 50m\n',
      ['requests.cpu is "100m"', '"50m"'],
    ],
    [
      'a request of CPU in the release above its limit',
      RELEASE,
      'memory: 256Mi',
      'cpu: 10m',
      ['requests.cpu is "20m"', '"10m"'],
    ],
  ],
  'labels and selectors': [
    [
      'a policy for a pod that does not exist',
      POLICIES,
      'app.kubernetes.io/name: prometheus',
      'app.kubernetes.io/name: k8s-prometheus',
      ['is "k8s-prometheus"', 'packages/toolchain/src/chart.json'],
    ],
    [
      'a policy of the release for a pod that does not exist',
      RELEASE,
      'app.kubernetes.io/name: grafana',
      'app.kubernetes.io/name: k8s-grafana',
      ['is "k8s-grafana"', 'packages/toolchain/src/chart.json'],
    ],
    [
      'a spread over nodes of pods that do not exist',
      API,
      /(labelSelector:\n\s+matchLabels:\n\s+app.kubernetes.io\/name: )api/,
      'labelSelector:\n            matchLabels:\n              app.kubernetes.io/name: apis',
      ['topologySpreadConstraints', 'is "apis"', '"api"'],
    ],
  ],
  names: [
    [
      'a policy for a namespace that does not exist',
      TRAFFIC,
      'kubernetes.io/metadata.name: cloudflared',
      'kubernetes.io/metadata.name: cloudflare',
      ['is "cloudflare"', '"cloudflared", "envoy-gateway-system" (operations/README.md)'],
    ],
    [
      'a policy of the release for a namespace that does not exist',
      RELEASE,
      'kubernetes.io/metadata.name: envoy-gateway-system',
      'kubernetes.io/metadata.name: envoy',
      ['is "envoy"', '(operations/README.md)'],
    ],
    [
      'a policy of Grafana for a namespace that does not exist',
      RELEASE,
      /values: \[ ?envoy-gateway-system/,
      'values: [ envoy',
      ['explicitNamespacesSelector', 'is "envoy"'],
    ],
    [
      'an object in a namespace that does not exist',
      MONITOR,
      'namespace: stage',
      'namespace: stages',
      ['Service stages/api-metrics metadata.namespace is "stages"', 'namespaces.yaml'],
    ],
    [
      'a chart of a repository that does not exist',
      RELEASE,
      'name: prometheus-community',
      'name: prometheus',
      ['sourceRef.name is "prometheus"', 'HelmRepository monitoring/prometheus-community'],
    ],
    [
      'a release that calls its Services otherwise',
      RELEASE,
      'fullnameOverride: k8s\n',
      'fullnameOverride: kps\n',
      ['fullnameOverride is "kps-prometheus"', '"k8s-prometheus"', 'npm run chart'],
    ],
    [
      'a Grafana that calls its Service otherwise',
      RELEASE,
      'fullnameOverride: k8s-grafana',
      'fullnameOverride: grafana',
      ['grafana.fullnameOverride is "grafana"', '"k8s-grafana"'],
    ],
    [
      'a renamed uid of the Alertmanager datasource',
      RELEASE,
      'uid: alertmanager',
      'uid: alerts',
      ['alertmanager.uid is "alerts"', '"prometheus", "alertmanager"', 'chart.json'],
    ],
    [
      'a renamed Alertmanager datasource',
      RELEASE,
      'name: Alertmanager',
      'name: Alerts',
      ['alertmanager.name is "Alerts"', '"Prometheus", "Alertmanager"'],
    ],
    [
      'a command of the pages for a Service that does not exist',
      'docs/guides/how-to.md',
      'svc/k8s-alertmanager',
      'svc/alertmanager',
      ['docs/guides/how-to.md: svc/alertmanager is', '"k8s-alertmanager"'],
    ],
    [
      'a command of the pages for a Deployment that does not exist',
      'docs/runbooks.md',
      'deploy/api',
      'deploy/backend',
      ['docs/runbooks.md: deploy/backend is', '"worker"'],
    ],
    [
      'an image that no one builds',
      README,
      '`ghcr.io/verifluence/backend`',
      '`ghcr.io/verifluence/app`',
      [
        'image is "ghcr.io/verifluence/backend"',
        '"ghcr.io/verifluence/app" (operations/README.md)',
      ],
    ],
  ],
  'volumes and paths': [
    [
      'another user than the image has',
      API,
      'runAsUser: 10001',
      'runAsUser: 1000',
      ['securityContext.runAsUser is 1000', '10001 (Dockerfile: USER)'],
    ],
  ],
  versions: [
    [
      'a version of the chart that was not read',
      RELEASE,
      'version: 88.5.3',
      'version: 88.6.0',
      ['version is "88.6.0"', '"88.5.3" (packages/toolchain/src/chart.json)', 'npm run chart'],
    ],
  ],
}

const all = Object.entries(MISTAKES).flatMap(([kind, mistakes]) =>
  mistakes.map((mistake) => [kind, ...mistake] as const),
)

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))
const tree = readTree(PROJECT)

/** The tree with one file changed; only that one is read again. */
const changed = (file: string, was: string | RegExp, becomes: string): Tree => {
  if (file.endsWith('.md')) {
    const copy = copyOfTree()
    copy.change(file, was, becomes)
    return { ...tree, root: copy.root }
  }
  const before = readFileSync(join(PROJECT, file), 'utf8')
  const after = before.replace(was, () => becomes)
  if (after === before) throw new Error(`${file} has no ${was}`)
  const documents = parseAllDocuments(after).map((document) => document.toJS() as Manifest)
  const replaced = tree.files.map((one) => (one.path === file ? { ...one, documents } : one))
  return { ...tree, files: replaced }
}

it.each(all)('%s: refuses %s and names both places', (_, _what, file, was, becomes, says) => {
  const complaints = checkAgreements(changed(file, was, becomes))
  expect(
    complaints.filter((one) => says.every((part) => one.includes(part))),
    complaints.join('\n'),
  ).not.toEqual([])
})

test('has nothing against the tree as it is', () => {
  expect(checkAgreements(tree)).toEqual([])
})

const complaintsOfDashboards = async (file: string, was: string, becomes: string) => {
  const copy = copyOfTree()
  copy.change(file, was, becomes)
  const read = readTree(copy.root)
  const builds = await buildAll({ ...read, buildable: [DASHBOARDS] }, runTool)
  const built = builtTree(read, builds)
  return checkAgreements({ ...built, files: [...read.files, ...built.files] })
}

it.each([
  [
    'a label for which no dashboard is marked',
    RELEASE,
    'label: grafana_dashboard',
    'label: grafana_dashboards',
    ['metadata.labels.grafana_dashboards is "absent"', '"1"', 'sidecar.dashboards.labelValue'],
  ],
  [
    'dashboards without the label',
    `${DASHBOARDS}/kustomization.yaml`,
    'grafana_dashboard: "1"',
    'grafana_dashboard: "yes"',
    ['metadata.labels.grafana_dashboard is "yes"', '"1"'],
  ],
  [
    'dashboards in another namespace',
    `${DASHBOARDS}/kustomization.yaml`,
    'namespace: monitoring',
    'namespace: stage',
    ['metadata.namespace is "stage"', '"monitoring"', 'searchNamespace'],
  ],
  [
    'dashboards without their folder',
    `${DASHBOARDS}/kustomization.yaml`,
    'grafana_folder:',
    'grafana_folders:',
    ['folderAnnotation is "grafana_folder"', '"grafana_folders"'],
  ],
])(
  'labels and selectors: refuses %s and names both places',
  async (_, file, was, becomes, says) => {
    const complaints = await complaintsOfDashboards(file, was, becomes)
    expect(
      complaints.filter((one) => says.every((part) => one.includes(part))),
      complaints.join('\n'),
    ).not.toEqual([])
  },
  PATIENCE,
)

test('every pair finds its first place in the tree as it is', () => {
  const idle = agreements
    .filter(({ fields, others }) => !fields(tree).some((field) => others(field, tree).length > 0))
    .map(({ between: [field] }) => field)
  // The first four need kustomize's ConfigMaps, the others a field that the tree does not set.
  expect(idle).toEqual([
    'maxUnavailable of a PodDisruptionBudget',
    'requests.cpu of a container',
    'requests.cpu in the release',
    'labels of the dashboards',
    'namespace of the dashboards',
    'folderAnnotation of the sidecar',
  ])
})

test.each([
  [18, 18],
  ['10m', 600],
  ['1h30m', 5400],
  ['192Mi', 192 * 2 ** 20],
  ['18GB', 18 * 2 ** 30],
  ['250k', 250_000],
  ['0.5', 0.5],
])('compares %s as a number', (value, number) => {
  expect(measure(value)).toBe(number)
})

test('a value that is no number is neither below nor above any other', () => {
  expect(measure('50%')).toBeNaN()
  expect(measure(undefined)).toBeNaN()
})
