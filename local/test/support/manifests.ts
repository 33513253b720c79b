import type { Manifest } from '../../src/derive/manifests/parse.ts'

const labels = { 'app.kubernetes.io/name': 'shop-metrics' }

/** A small tree in the shape of the production one: one workload, its monitor, one rule, the release. */
export function manifests(): Manifest[] {
  return [deployment(), service(), serviceMonitor(), prometheusRule(), helmRelease()]
}

export function deployment(): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'stage' },
    spec: {
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'api', tier: 'front' } },
        spec: {
          containers: [{ name: 'api', ports: [{ name: 'http', containerPort: 3000 }] }],
        },
      },
    },
  }
}

export function service(spec: object = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api-metrics', namespace: 'stage', labels },
    spec: {
      selector: { 'app.kubernetes.io/name': 'api' },
      ports: [{ name: 'metrics', port: 9091, targetPort: 9091 }],
      ...spec,
    },
  }
}

export function serviceMonitor(endpoint: object = {}, spec: object = {}): Manifest {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'api-metrics', namespace: 'stage' },
    spec: {
      selector: { matchLabels: labels },
      endpoints: [
        {
          port: 'metrics',
          path: '/metrics',
          interval: '30s',
          honorLabels: true,
          relabelings: [{ action: 'Replace', targetLabel: 'env', replacement: 'stage' }],
          ...endpoint,
        },
      ],
      ...spec,
    },
  }
}

export function prometheusRule(rule: object = {}): Manifest {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'shop', namespace: 'stage' },
    spec: {
      groups: [
        {
          name: 'shop',
          rules: [
            {
              alert: 'Closed',
              expr: 'up == 0',
              for: '1m',
              labels: { severity: 'warning' },
              ...rule,
            },
          ],
        },
      ],
    },
  }
}

export function helmRelease({
  alertmanager = {},
  prometheusSpec = {},
  config = {},
} = {}): Manifest {
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'kube-prometheus-stack', namespace: 'monitoring' },
    spec: {
      values: {
        prometheus: {
          prometheusSpec: {
            scrapeInterval: '30s',
            evaluationInterval: '30s',
            ruleSelectorNilUsesHelmValues: false,
            serviceMonitorSelectorNilUsesHelmValues: false,
            ...prometheusSpec,
          },
        },
        alertmanager: {
          alertmanagerSpec: { secrets: ['telegram-bot'] },
          templateFiles: { 'telegram.tmpl': '{{ define "telegram.message" }}hello{{ end }}' },
          config: {
            route: {
              receiver: 'null',
              group_interval: '1m',
              routes: [{ matchers: ['severity = "warning"'], receiver: 'chat' }],
            },
            receivers: [
              { name: 'null' },
              {
                name: 'chat',
                telegram_configs: [
                  {
                    bot_token_file: '/etc/alertmanager/secrets/telegram-bot/token',
                    chat_id: -1001,
                    message_thread_id: 7,
                    message: '{{ template "telegram.message" . }}',
                  },
                ],
              },
            ],
            inhibit_rules: [],
            ...config,
          },
          ...alertmanager,
        },
      },
    },
  }
}
