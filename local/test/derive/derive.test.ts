import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { derive, type Surroundings } from '../../src/derive/derive.ts'
import {
  deployment,
  helmRelease,
  manifests,
  prometheusRule,
  service,
  serviceMonitor,
} from '../support/manifests.ts'

const around: Surroundings = {
  addresses: {
    'stage/api': { 3000: '127.0.0.1:3000', 9091: '127.0.0.1:9091' },
    'monitoring/k8s-prometheus': { 9090: '127.0.0.1:9090' },
    'monitoring/k8s-alertmanager': { 9093: '127.0.0.1:9093' },
  },
  alertmanager: '127.0.0.1:9093',
  telegramUrl: 'http://127.0.0.1:4400/telegram',
  secrets: { 'telegram-bot': { token: '1:a' } },
  folders: { rules: '/here/rules', secrets: '/here/secrets', templates: '/here/templates' },
  links: {},
}

test('the production manifests become the configuration of a local Prometheus and Alertmanager', async () => {
  const { prometheus, ruleFiles, alertmanager, templateFiles } = derive(manifests(), around)
  const text = [prometheus, ruleFiles, alertmanager, templateFiles].map((service) =>
    stringify(service, { aliasDuplicateObjects: false }),
  )
  await expect(text.join('---\n')).toMatchFileSnapshot('derived.golden.yaml')
})

test('a real chat replaces the chat of the production file, and its topic', () => {
  const { alertmanager } = derive(manifests(), { ...around, chatId: 42 })
  const text = stringify(alertmanager)
  expect(text).toContain('chat_id: 42')
  expect(text).not.toContain('message_thread_id')
})

test('rules and monitors without the label of the release are left out unless the release says otherwise', () => {
  const spec = {
    ruleSelectorNilUsesHelmValues: true,
    serviceMonitorSelectorNilUsesHelmValues: undefined,
  }
  const picky = helmRelease({ prometheusSpec: spec })
  const { ruleFiles, prometheus } = derive(
    [deployment(), service(), serviceMonitor(), prometheusRule(), picky],
    around,
  )
  expect(ruleFiles).toEqual([])
  expect(prometheus.scrape_configs.map((config) => config.job_name)).toEqual([
    'serviceMonitor/monitoring/k8s-prometheus/0',
    'serviceMonitor/monitoring/k8s-alertmanager/0',
  ])
})

const refused = [
  {
    what: 'an endpoint setting that is not translated',
    tree: [serviceMonitor({ bearerTokenFile: '/x' })],
    says: 'ServiceMonitor stage/api-metrics endpoints.0 sets "bearerTokenFile"',
  },
  {
    what: 'a selector that is not translated',
    tree: [serviceMonitor({}, { selector: { matchExpressions: [] } })],
    says: 'selector sets "matchExpressions"',
  },
  {
    what: 'a misspelt key in a rule',
    tree: [prometheusRule({ keepFiringFor: '1m' })],
    says: 'PrometheusRule stage/shop groups.0.rules.0 sets "keepFiringFor"',
  },
  {
    what: 'a Service that leads to a port nothing serves',
    tree: [service({ ports: [{ name: 'metrics', port: 9999 }] })],
    says: 'Service stage/api-metrics leads to port 9999 of stage/api-0',
  },
  {
    what: 'a kind that is not translated',
    tree: [{ ...serviceMonitor(), kind: 'PodMonitor' }],
    says: 'PodMonitor stage/api-metrics is of a kind',
  },
  {
    what: 'a misspelt kind of the operator',
    tree: [{ ...prometheusRule(), kind: 'PrometheusRules' }],
    says: 'PrometheusRules stage/shop is of a kind the local stack does not translate: correct its kind',
  },
  {
    what: 'a Prometheus setting that is not translated',
    release: helmRelease({ prometheusSpec: { enforcedNamespaceLabel: 'x' } }),
    says: 'sets "enforcedNamespaceLabel"',
  },
  {
    what: 'a Secret that is not mounted',
    release: helmRelease({ alertmanager: { alertmanagerSpec: { secrets: [] } } }),
    says: 'the Secret "telegram-bot" is not mounted',
  },
  {
    what: 'an address outside of this machine',
    release: helmRelease({
      config: {
        receivers: [{ name: 'null', webhook_configs: [{ url: 'https://example.com/x' }] }],
      },
    }),
    says: 'alertmanager.config sets receivers.webhook_configs.url to https://example.com/x',
  },
  {
    what: 'a file that is no Secret',
    release: helmRelease({ config: { templates: ['/opt/templates/*.tmpl'] } }),
    says: 'alertmanager.config sets templates to /opt/templates/*.tmpl',
  },
]

test.each(refused)('$what stops the derivation with its name', ({ tree = [], release, says }) => {
  const whole = [deployment(), ...tree, release ?? helmRelease()]
  expect(() => derive(whole, around)).toThrow(says)
})
