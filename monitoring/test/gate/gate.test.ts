import { expect, it } from 'vitest'
import { operationsComplaints } from '../../src/gate/index.ts'
import { panelId } from '../../src/links.ts'
import type { RunTool } from '../../src/tools.ts'
import { copyOfTree } from '../support/copy.ts'
import { runTool } from '../support/tools.ts'

const PROD = 'operations/clusters/prod'
const STAGE = `${PROD}/stage`
const RELEASE = `${PROD}/monitoring/releases/kube-prometheus-stack.yaml`
const RULES = `${STAGE}/monitoring/platform-rules.yaml`
const DASHBOARD = `${PROD}/monitoring/dashboards/verifluence-worker.json`

/** The whole gate runs some fifty programs, on a busy machine for a while. */
const PATIENCE = 60_000

type Tree = ReturnType<typeof copyOfTree>

/** Does harm to a copy of the tree; says what the gate answers. */
const refusals = async (harm: (tree: Tree) => void, programs?: RunTool): Promise<string[]> => {
  const tree = copyOfTree()
  harm(tree)
  return operationsComplaints(tree.root, programs)
}

it(
  'has nothing to say against the tree as it is',
  async () => {
    expect(await refusals(() => {}, runTool)).toEqual([])
  },
  PATIENCE,
)

type Case = readonly [what: string, harm: (tree: Tree) => void, says: readonly string[]]

/** Found by reading the files. */
const inFiles: readonly Case[] = [
  [
    'a misspelt value of the chart',
    ({ change }) => change(RELEASE, 'scrapeInterval: 30s', 'scrapeIntervall: 30s'),
    [RELEASE, 'prometheus.prometheusSpec.scrapeIntervall', 'did you mean scrapeInterval?'],
  ],
  [
    'a misspelt value in a patch of the release',
    ({ change }) =>
      change(
        `${PROD}/monitoring/high-availability/kube-prometheus-stack.yaml`,
        'replicas: 3',
        'replicass: 3',
      ),
    ['high-availability', 'alertmanager.alertmanagerSpec.replicass', 'did you mean replicas?'],
  ],
  [
    'a misspelt key of a ServiceMonitor',
    ({ change }) =>
      change(`${STAGE}/monitoring/worker-metrics.yaml`, 'honorLabels', 'honourLabels'),
    [
      'worker-metrics.yaml',
      'ServiceMonitor stage/worker-metrics',
      'spec/endpoints/0/honourLabels',
      'correct the spelling',
    ],
  ],
  [
    'a misspelt key of a Deployment',
    ({ change }) => change(`${STAGE}/apps/api.yaml`, 'readinessProbe', 'readynessProbe'),
    ['apps/api.yaml', 'spec/template/spec/containers/0/readynessProbe'],
  ],
  [
    'a value of the wrong type',
    ({ change }) => change(`${STAGE}/apps/api.yaml`, 'replicas: 2', 'replicas: two'),
    ['apps/api.yaml', 'Deployment stage/api', '/spec/replicas must be integer'],
  ],
  [
    'a kind nobody knows here',
    ({ change }) => change(`${STAGE}/apps/worker.yaml`, 'kind: Deployment', 'kind: Deploiment'),
    ['apps/worker.yaml', 'apps/v1 Deploiment', 'did you mean apps/v1 Deployment?'],
  ],
  [
    'YAML that does not parse',
    ({ write }) => write(`${STAGE}/apps/api.yaml`, 'a: [1\nb: 2\n'),
    ['apps/api.yaml is no valid YAML'],
  ],
  [
    'a file that no kustomization names',
    ({ write }) =>
      write(
        `${STAGE}/apps/forgotten.yaml`,
        'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n',
      ),
    ['apps/forgotten.yaml is in no kustomization', `${STAGE}/apps/kustomization.yaml`],
  ],
  [
    'a Secret in the tree',
    ({ change }) =>
      change(
        `${STAGE}/apps/worker.yaml`,
        /^/,
        'apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  a: b\n---\n',
      ),
    ['apps/worker.yaml holds Secret keys', 'operations/README.md'],
  ],
  [
    'a metric that was renamed',
    ({ change }) => change(RULES, 'vf_webhook_parked', 'vf_webhooks_parked'),
    [
      RULES,
      'alert WebhookProcessingFailing',
      'vf_webhooks_parked, which nobody exports',
      'did you mean vf_webhook_parked?',
    ],
  ],
  [
    'an alert without a runbook section',
    ({ change }) => change('docs/runbooks.md', '## WebhookBacklog\n', '## WebhookBaklog\n'),
    ['alert WebhookBacklog', 'no runbook', 'docs/runbooks.md'],
  ],
  [
    'a runbook section that is not filled',
    ({ change }) => change('docs/runbooks.md', /\*\*Hurts:\*\* what that\nservice.*\n/, '\n'),
    ['docs/runbooks.md', 'ExternalFailing', '«Hurts»', 'fill it in'],
  ],
  [
    'an alert without a summary',
    ({ change }) => change(RULES, /\n {12}summary: .*spec.*|\n {12}summary: No api.*/, ''),
    [RULES, 'alert ApiDown lacks summary'],
  ],
  [
    'a message with a hole where the label was misspelt',
    ({ change }) => change(RULES, '{{ $labels.target }}', '{{ $labels.targt }}'),
    [RULES, 'alert External', 'fills in the label targt, which its expression does not keep'],
  ],
  [
    'an alert of a severity that does not exist',
    ({ change }) => change(RULES, 'severity: critical', 'severity: urgent'),
    [RULES, 'severity urgent', 'critical, warning, none'],
  ],
  [
    'an alert whose panel is gone',
    ({ change }) =>
      change(
        RULES,
        /dashboard_url: .*vf-webhooks\?viewPanel=panel-\d+/,
        'dashboard_url: https://grafana.verifluence.internal/d/vf-webhooks?viewPanel=panel-1',
      ),
    [RULES, 'panel-1, a panel that no dashboard has'],
  ],
  [
    'a panel with a typo in a metric',
    ({ change }) => change(DASHBOARD, 'vf_worker_poll_in_progress{', 'vf_worker_pol_in_progress{'),
    [DASHBOARD, 'panel «Running now»', 'did you mean vf_worker_poll_in_progress?'],
  ],
  [
    'a panel whose query does not parse',
    ({ change }) =>
      change(
        DASHBOARD,
        'sum by (job) (vf_worker_poll_in_progress',
        'sum by job) (vf_worker_poll_in_progress',
      ),
    [DASHBOARD, 'panel «Running now» does not parse'],
  ],
  [
    'a panel without a unit',
    ({ change }) => change(DASHBOARD, /"unit": "none"/, '"unit": ""'),
    [DASHBOARD, 'lacks a unit'],
  ],
  [
    'a panel that uses a variable nobody defines',
    ({ change }) =>
      change(DASHBOARD, 'in_progress{env=~\\"$env', 'in_progress{env=~\\"$environment'),
    [DASHBOARD, 'uses the variable $environment', 'there are datasource, env'],
  ],
  [
    'two panels with one id',
    ({ change }) => change(DASHBOARD, `"id": ${panelId('up')},`, `"id": ${panelId('alerts')},`),
    [DASHBOARD, 'of another one; give it another key'],
  ],
  [
    'a dashboard that is not mounted',
    ({ change }) =>
      change(
        `${PROD}/monitoring/dashboards/kustomization.yaml`,
        '      - verifluence-slo.json\n',
        '',
      ),
    ['verifluence-slo.json is not mounted'],
  ],
  [
    'a dashboard that can be edited in the browser',
    ({ change }) => change(DASHBOARD, '"editable": false', '"editable": true'),
    [DASHBOARD, 'can be edited in the browser'],
  ],
]

const PATCH = `  - target: { kind: Service, name: api }
    patch: |-
      - op: add
        path: /spec/ports/0/targetPort
        value: 9091
`
const OPEN = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'open', namespace: 'stage' },
  spec: { selector: { 'app.kubernetes.io/name': 'api' }, ports: [{ port: 80, targetPort: 9091 }] },
}

/** Found by kustomize, promtool or amtool. */
const byPrograms: readonly Case[] = [
  [
    'a resource that is not there',
    ({ change }) =>
      change(`${STAGE}/apps/kustomization.yaml`, '  - worker.yaml', '  - wroker.yaml'),
    [`${STAGE}/apps: kustomize cannot build it`, 'wroker.yaml'],
  ],
  [
    'Flux applying rules before their CRDs',
    ({ change }) =>
      change(
        `${PROD}/sync/stage.yaml`,
        '    - name: monitoring-releases\n',
        '    - name: namespaces\n',
      ),
    ['sync/stage.yaml', 'stage-monitoring', 'dependsOn: monitoring-releases'],
  ],
  [
    'Flux not waiting for the CRDs',
    ({ change }) => change(`${PROD}/sync/monitoring.yaml`, '  wait: true\n', ''),
    ['sync/monitoring.yaml', 'monitoring-releases', 'wait: true'],
  ],
  [
    'Flux waiting for what does not exist',
    ({ change }) =>
      change(`${PROD}/sync/stage.yaml`, '    - name: namespaces\n', '    - name: namespace\n'),
    ['sync/stage.yaml', 'stage-apps waits for namespace, which does not exist', 'namespaces'],
  ],
  [
    'Flux applying the ServiceMonitors of an overlay before their CRDs',
    ({ change }) =>
      change(
        `${PROD}/sync/stage.yaml`,
        './operations/clusters/prod/stage/apps',
        './operations/clusters/prod/production',
      ),
    ['sync/stage.yaml', 'stage-apps holds ServiceMonitor', 'dependsOn: monitoring-releases'],
  ],
  [
    'an overlay that forgets to name its environment',
    ({ change }) =>
      change(`${PROD}/production/kustomization.yaml`, 'kind: ServiceMonitor', 'kind: PodMonitor'),
    [
      'ServiceMonitor production/api-metrics calls its series env="stage"',
      'patch the replacement to production',
    ],
  ],
  [
    'an overlay that calls itself otherwise than its namespace',
    ({ change }) =>
      change(`${PROD}/production/kustomization.yaml`, 'value: production', 'value: prodution'),
    ['ServiceMonitor production/worker-metrics calls its series env="prodution"'],
  ],
  [
    'an environment that is applied and watched by no rule',
    ({ change }) =>
      change(
        `${PROD}/sync/stage.yaml`,
        './operations/clusters/prod/stage/apps',
        './operations/clusters/prod/production',
      ),
    [
      'nobody would notice that ServiceMonitor production/api-metrics is gone',
      'monitoring/src/places.ts',
    ],
  ],
  [
    'an environment that is watched and not applied',
    ({ change }) =>
      change(
        `${PROD}/sync/stage.yaml`,
        './operations/clusters/prod/stage/monitoring',
        './operations/clusters/prod/stage/apps',
      ),
    ['monitoring/src/places.ts lists the environment stage', 'fire for ever'],
  ],
  [
    'a metrics port that only a patch opens',
    ({ change }) => change(`${PROD}/production/kustomization.yaml`, /$/, PATCH),
    [
      'apps/api.yaml (as operations/clusters/prod/production builds it) exposes internals',
      'Service production/api',
    ],
  ],
  [
    'a metrics port in a resource that is JSON',
    ({ change, write }) => {
      write(`${STAGE}/apps/open.json`, JSON.stringify(OPEN))
      change(
        `${STAGE}/apps/kustomization.yaml`,
        '  - worker.yaml',
        '  - worker.yaml\n  - open.json',
      )
    },
    ['apps/open.json', 'exposes internals: Service stage/open'],
  ],
  [
    'a probe of a port that the container does not declare',
    ({ change }) => change(`${STAGE}/apps/worker.yaml`, 'port: probes', 'port: probe'),
    ['apps/worker.yaml', 'startupProbe asks a port named probe'],
  ],
  [
    'a mount of a volume that is not there',
    ({ change }) =>
      change(
        `${STAGE}/apps/worker.yaml`,
        /volumes:\n {8}- name: tmp/,
        'volumes:\n        - name: temp',
      ),
    ['apps/worker.yaml', 'mounts the volume tmp, which the pod does not have'],
  ],
  [
    'an image without a tag',
    ({ change }) =>
      change(`${STAGE}/apps/kustomization.yaml`, 'backend\n    newTag', 'backends\n    newTag'),
    ['apps/api.yaml', 'ghcr.io/verifluence/backend has no tag'],
  ],
  [
    'a pod that is killed while it drains',
    ({ change }) =>
      change(
        `${STAGE}/apps/api.yaml`,
        'terminationGracePeriodSeconds: 40',
        'terminationGracePeriodSeconds: 25',
      ),
    ['apps/api.yaml', 'terminationGracePeriodSeconds is 25', 'take 25'],
  ],
  [
    'a Secret that kustomize makes of literals',
    ({ change }) =>
      change(
        `${STAGE}/apps/kustomization.yaml`,
        'images:',
        'secretGenerator:\n  - name: keys\n    literals: [a=b]\nimages:',
      ),
    ['apps/kustomization.yaml', 'holds Secret keys'],
  ],
  [
    'a misspelt key that a patch adds',
    ({ change }) =>
      change(
        `${PROD}/production/kustomization.yaml`,
        /$/,
        PATCH.replace('/spec/ports/0/targetPort', '/spec/ports/0/targetPort0'),
      ),
    ['production', 'spec/ports/0/targetPort0', 'correct the spelling'],
  ],
  [
    'a rule that promtool refuses',
    ({ change }) => change(RULES, 'for: 2m', 'for: soon'),
    [RULES, 'promtool refuses', 'soon'],
  ],
  [
    'a route that leads a severity to nobody',
    ({ change }) => change(RELEASE, 'severity = "warning"', 'severity = "warn"'),
    [RELEASE, '(warning) goes to null instead of warning-alerts', 'monitoring/src/routing'],
  ],
  [
    'a message by the name of a template that does not exist',
    ({ change }) =>
      change(RELEASE, '{{ template "telegram.message" . }}', '{{ template "telegram.mesage" . }}'),
    [
      RELEASE,
      'the message of receiver critical-alerts cannot be written',
      'telegram.mesage',
      'routing/config.ts',
    ],
  ],
  [
    'a failure of the rules themselves that is told to nobody',
    ({ change }) => change(RELEASE, '|PrometheusRuleFailures', ''),
    [RELEASE, 'alert PrometheusRuleFailures (critical) goes to null instead of warning-alerts'],
  ],
  [
    'the alerts of the cluster going to the chat',
    ({ change }) =>
      change(
        RELEASE,
        /- origin = "kube-prometheus-stack"\n {14}receiver: "null"/,
        '- origin = "nobody"\n              receiver: "null"',
      ),
    [RELEASE, 'alert KubeNodeNotReady (critical) goes to critical-alerts instead of null'],
  ],
  [
    'an option that Alertmanager does not know',
    ({ change }) => change(RELEASE, 'disable_notifications: true', 'disable_notification: true'),
    [RELEASE, 'Alertmanager refuses its configuration', 'disable_notification'],
  ],
]

const expectRefusal = (complaints: readonly string[], says: readonly string[]) => {
  const fitting = complaints.filter((complaint) => says.every((part) => complaint.includes(part)))
  expect(fitting, complaints.join('\n')).not.toEqual([])
}

it(
  'tells a folder that does not build once, not again for each that names it',
  async () => {
    const complaints = await refusals(
      ({ change }) =>
        change(`${STAGE}/apps/kustomization.yaml`, '  - worker.yaml', '  - wroker.yaml'),
      runTool,
    )
    expect(complaints.filter((one) => one.includes('cannot build'))).toHaveLength(1)
  },
  PATIENCE,
)

it.each(inFiles)('refuses %s, with the file and the remedy', async (_, harm, says) => {
  expectRefusal(await refusals(harm), says)
})

it.each(byPrograms)(
  'refuses %s, in the words of the program',
  async (_, harm, says) => expectRefusal(await refusals(harm, runTool), says),
  PATIENCE,
)
