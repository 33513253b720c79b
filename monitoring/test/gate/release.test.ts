import { PROD, RELEASE, refusesByPrograms, refusesByReading } from '../support/refusals.ts'

refusesByReading([
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
])

refusesByPrograms([
  [
    'a route that leads a severity to no receiver',
    ({ change }) => change(RELEASE, 'severity = "warning"', 'severity = "warn"'),
    [RELEASE, '(warning) goes to null instead of warning-alerts', 'monitoring/src/alertmanager'],
  ],
  [
    'a message by the name of a template that does not exist',
    ({ change }) =>
      change(RELEASE, '{{ template "telegram.message" . }}', '{{ template "telegram.mesage" . }}'),
    [
      RELEASE,
      'the message of receiver critical-alerts cannot be written',
      'telegram.mesage',
      'alertmanager/config.ts',
    ],
  ],
  [
    'a failure of the rules themselves that no receiver gets',
    ({ change }) => change(RELEASE, '|PrometheusRuleFailures', ''),
    [RELEASE, 'alert PrometheusRuleFailures (critical) goes to null instead of warning-alerts'],
  ],
  [
    'the alerts of the cluster going to the chat',
    ({ change }) =>
      change(
        RELEASE,
        /- origin = "kube-prometheus-stack"\n {14}receiver: "null"/,
        '- origin = "none"\n              receiver: "null"',
      ),
    [RELEASE, 'alert KubeNodeNotReady (critical) goes to critical-alerts instead of null'],
  ],
  [
    'an option that Alertmanager does not know',
    ({ change }) => change(RELEASE, 'disable_notifications: true', 'disable_notification: true'),
    [RELEASE, 'Alertmanager refuses its configuration', 'disable_notification'],
  ],
])
