import { RULES, refusesByPrograms, refusesByReading } from '../support/refusals.ts'

refusesByReading([
  [
    'a metric that was renamed',
    ({ change }) => change(RULES, 'vf_webhook_parked', 'vf_webhooks_parked'),
    [
      RULES,
      'alert WebhookProcessingFailing',
      'vf_webhooks_parked, which is not exported',
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
    ({ change }) =>
      change('docs/runbooks.md', /\*\*What users see:\*\* data of that service.*\n/, '\n'),
    ['docs/runbooks.md', 'ExternalFailing', '«What users see»', 'fill it in'],
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
    'a message with a hole where only an inner aggregation has the label',
    ({ change }) =>
      change(RULES, '{{ $labels.target }} refuses', '{{ $labels.operation }} refuses'),
    [
      RULES,
      'alert ExternalUnauthorized fills in the label operation, which its expression does not',
    ],
  ],
  [
    'a message with a hole where the label is only matched',
    ({ change }) =>
      change(
        RULES,
        '{{ $labels.source }} webhooks rejected',
        '{{ $labels.result }} webhooks rejected',
      ),
    [RULES, 'alert WebhookRejected fills in the label result, which its expression does not'],
  ],
  [
    'an alert of a severity that does not exist',
    ({ change }) => change(RULES, 'severity: critical', 'severity: urgent'),
    [RULES, 'severity urgent', 'critical, warning, none'],
  ],
  [
    'an alert whose panel is gone',
    ({ change }) => change(RULES, /(?<=vf-webhooks\?var-env=.*&viewPanel=)panel-\d+/, 'panel-1'),
    [RULES, 'panel-1, a panel that no dashboard has'],
  ],
  [
    'an alert whose panel opens on whichever environment is the first',
    ({ change }) => change(RULES, 'vf-webhooks?var-env={{ $labels.env }}&', 'vf-webhooks?'),
    [RULES, 'alert WebhookRejected', 'the environment (none)', 'it is about {{ $labels.env }}'],
  ],
  [
    'an alert whose panel opens on the environment of a series that has none',
    ({ change }) => change(RULES, 'var-env=stage', 'var-env={{ $labels.env }}'),
    [RULES, 'alert ApiDown', 'the environment {{ $labels.env }}', 'it is about stage'],
  ],
])

refusesByPrograms([
  [
    'a rule that promtool refuses',
    ({ change }) => change(RULES, 'for: 2m', 'for: soon'),
    [RULES, 'promtool refuses', 'soon'],
  ],
])
