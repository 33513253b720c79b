import { expect, it } from 'vitest'
import { operationsComplaints } from '../../src/gate/index.ts'
import { copyOfTree } from '../support/copy.ts'

const MONITORING = 'operations/clusters/prod/monitoring'
const RELEASE = `${MONITORING}/releases/kube-prometheus-stack.yaml`
const PATCH = `${MONITORING}/high-availability/kube-prometheus-stack.yaml`

type Case = readonly [what: string, was: string | RegExp, becomes: string, says: readonly string[]]

const complaintsAfter = async (file: string, was: string | RegExp, becomes: string) => {
  const tree = copyOfTree()
  tree.change(file, was, becomes)
  return operationsComplaints(tree.root)
}

const expectOne = (complaints: readonly string[], says: readonly string[]) =>
  expect(
    complaints.filter((one) => says.every((part) => one.includes(part))),
    complaints.join('\n'),
  ).toHaveLength(1)

it.each<Case>([
  [
    'a value of the wrong type',
    'retention: 30d',
    'retention: [30d]',
    ['prometheus.prometheusSpec', '/spec/retention must be string'],
  ],
  [
    'a misspelt key deep in a spec',
    'accessModes:',
    'accessMode:',
    ['spec/storage/volumeClaimTemplate/spec/accessMode'],
  ],
  [
    'a misspelt key of a policy',
    'additionalIngress:\n          - from:',
    'additionalIngress:\n          - form:',
    ['alertmanager.networkPolicy (additionalIngress)', 'form'],
  ],
  [
    'a version that may move',
    'version: 88.5.3',
    'version: 88.x',
    ['the version 88.x of the chart'],
  ],
  [
    'a version of the chart without a record',
    'version: 88.5.3',
    'version: 88.6.0',
    ['"88.6.0" and must equal "88.5.3"', 'npm run chart', 'monitoring/src/release/base.yaml'],
  ],
  [
    'a disabled alert that does not exist',
    'Watchdog: true',
    'Watchdogg: true',
    ['disables Watchdogg, which is not an alert of kube-prometheus-stack'],
  ],
  [
    'a disabled alert that must be sent',
    'Watchdog: true',
    'PrometheusRuleFailures: true',
    ['disables PrometheusRuleFailures', 'leave it on'],
  ],
  [
    'a token in the configuration',
    'bot_token_file: /etc/alertmanager/secrets/telegram-bot/token',
    'bot_token: 123:abc',
    ['holds a secret in bot_token;', 'revoke it', 'bot_token_file'],
  ],
  [
    'a Secret that is read and not mounted',
    /\n +- alertmanager-heartbeat\n/,
    '\n',
    ['/etc/alertmanager/secrets/alertmanager-heartbeat/url', 'is not mounted'],
  ],
  [
    'templates that Flux would spoil',
    'substitute: disabled',
    'substitute: enabled',
    ['HelmRelease monitoring/kube-prometheus-stack must have the annotation'],
  ],
  [
    'a release of another chart',
    'chart: kube-prometheus-stack',
    'chart: kube-prometheus',
    ['No HelmRelease in operations/ is of the chart kube-prometheus-stack'],
  ],
])('refuses %s', async (_, was, becomes, says) => {
  expectOne(await complaintsAfter(RELEASE, was, becomes), says)
})

it.each<Case>([
  ['rules', 'ruleSelectorNilUsesHelmValues: false\n', '\n', ['only rule objects with the label']],
  [
    'scrapes',
    /egress:\n +- \{\}/,
    'egress: []',
    ['prometheus.networkPolicy.egress must hold a rule', 'scrapes nothing'],
  ],
  [
    'the Alerting pages',
    /(additionalIngress:[\s\S]*?)name: grafana/,
    'additionalIngress:\n          - from:\n              - podSelector:\n                  matchLabels:\n                    app.kubernetes.io/name: graphana',
    ['must admit grafana', 'Alerting pages are empty'],
  ],
  [
    'gossip',
    /name: alertmanager\n( +)ports/,
    'name: alertmanagers\n            ports',
    ['must admit alertmanager', 'cannot gossip'],
  ],
  [
    'gossip by admitting it over TCP alone',
    / +- port: 9094\n +protocol: UDP\n/,
    '',
    ['must admit alertmanager on 9094/TCP and 9094/UDP', 'cannot gossip'],
  ],
  [
    'gossip by admitting it on another port',
    /port: 9094\n +protocol: TCP\n +- port: 9094/,
    'port: 9099\n                protocol: TCP\n              - port: 9099',
    ['must admit alertmanager on 9094/TCP and 9094/UDP', 'cannot gossip'],
  ],
  [
    'gossip by admitting those of another namespace',
    / +app.kubernetes.io\/name: alertmanager\n/,
    '                    app.kubernetes.io/name: alertmanager\n                namespaceSelector:\n                  matchLabels:\n                    kubernetes.io/metadata.name: elsewhere\n',
    ['must admit alertmanager on 9094/TCP and 9094/UDP', 'cannot gossip'],
  ],
  [
    'the Alerting pages by admitting Grafana elsewhere',
    'port: 9093',
    'port: 9090',
    ['must admit grafana on 9093/TCP', 'Alerting pages are empty'],
  ],
  [
    'silences',
    /retention: 120h[\s\S]*?storage:/,
    'retention: 120h\n        resources:',
    ['alertmanagerSpec.storage must be given', 'forgets silences'],
  ],
  [
    'the only evaluator',
    'execute_alerts: false',
    'execute_alerts: true',
    ['execute_alerts must be false'],
  ],
  [
    'what a restart remembers',
    'rules.alert.for-grace-period',
    'rules.alert.resend-delay',
    ['additionalArgs must set rules.alert.for-grace-period', 'twice'],
  ],
  [
    'what a restart remembers, by saying the default',
    /for-grace-period\n +value: 30s/,
    'for-grace-period\n            value: 10m',
    ['must set rules.alert.for-grace-period to 30s or less', 'by default it is 10m'],
  ],
  [
    'what a restart remembers of the quickest rule',
    /for-grace-period\n +value: 30s/,
    'for-grace-period\n            value: 31s',
    ['must set rules.alert.for-grace-period to 30s or less'],
  ],
  [
    'what a restart remembers, by a word that is no duration',
    /for-grace-period\n +value: 30s/,
    'for-grace-period\n            value: soon',
    ['must set rules.alert.for-grace-period to 30s or less'],
  ],
  [
    'the rhythm',
    'evaluationInterval: 30s',
    'evaluationInterval: 60s',
    ['evaluationInterval must be "30s"'],
  ],
  [
    'quiet about the cluster',
    'origin: kube-prometheus-stack\n',
    'origin: chart\n',
    ['additionalRuleLabels.origin', 'goes to Telegram'],
  ],
  ['templates', 'tplConfig: false', 'tplConfig: true', ['alertmanager.tplConfig must not be true']],
])('refuses values under which the chart quietly takes away %s', async (_, was, becomes, says) => {
  expectOne(await complaintsAfter(RELEASE, was, becomes), says)
})

it('measures what a restart remembers by the rules there are', async () => {
  const rules = 'operations/clusters/prod/stage/monitoring/platform-rules.yaml'
  expectOne(await complaintsAfter(rules, 'for: 1m30s', 'for: 20s'), [
    'must set rules.alert.for-grace-period to 20s or less',
  ])
})

it('is content with a grace period below every `for`', async () => {
  const shorter = 'for-grace-period\n            value: 15s'
  expect(await complaintsAfter(RELEASE, /for-grace-period\n +value: 30s/, shorter)).toEqual([])
})

it('goes on checking a release that was renamed', async () => {
  const tree = copyOfTree()
  tree.change(RELEASE, 'name: kube-prometheus-stack\n  namespace', 'name: monitoring\n  namespace')
  tree.change(RELEASE, 'retentionSize', 'retentionSise')
  expectOne(await operationsComplaints(tree.root), ['retentionSise', 'did you mean retentionSize?'])
})

it('checks the types of a patch, and does not ask it to repeat what it lies over', async () => {
  const complaints = await complaintsAfter(PATCH, 'replicas: 2', 'replicas: two')
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toContain('/spec/replicas must be integer')
})
