import { describe, expect, it } from 'vitest'
import { CHART_ORIGIN } from '../../src/alertmanager/channels.ts'
import { alertRule } from '../../src/generate/rules.ts'
import { type Alert, alerts } from '../../src/index.ts'
import { renderMessage, type TemplateAlert } from './render.ts'
import { telegramRefusal } from './telegram-html.ts'

const PROMETHEUS = { prometheus: 'monitoring/k8s-prometheus' }

/** An alert of ours as it arrives at the template, with its annotations filled in. */
const arrived = (
  name: string,
  labels: Readonly<Record<string, string>>,
  value: string,
  status: 'firing' | 'resolved' = 'firing',
): TemplateAlert => {
  const alert = alerts.find((each) => each.name === name)
  if (alert === undefined) throw new Error(`There is no alert ${name}.`)
  return delivered(alert, labels, value, status)
}

const delivered = (
  alert: Alert,
  labels: Readonly<Record<string, string>>,
  value: string,
  status: 'firing' | 'resolved' = 'firing',
): TemplateAlert => {
  const rule = alertRule(alert)
  const series = { env: 'stage', ...labels }
  const all = { alertname: alert.name, ...series, ...rule.labels, ...PROMETHEUS }
  const fill = (text: string) =>
    text
      .replace(/\{\{ \$value[^}]*\}\}/g, value)
      .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: keyof typeof series) => series[label] ?? '')
  return {
    status,
    labels: all,
    annotations: Object.fromEntries(
      Object.entries(rule.annotations).map(([key, text]) => [key, fill(text)]),
    ),
    startsAt: '2026-11-22T03:04:05Z',
    endsAt: status === 'resolved' ? '2026-11-22T03:41:35Z' : '2026-11-22T07:00:00Z',
  }
}

const targets = ['kick', 'kick_oauth', 'x', 's3', 'resend', 'seventh', 'eighth']

const messages: Readonly<Record<string, readonly TemplateAlert[]>> = {
  'one critical alert': [arrived('ViewerPollStale', { job: 'viewer-poll' }, '10m 30s')],
  'an alert of production': [
    arrived('ViewerPollStale', { job: 'viewer-poll', env: 'production' }, '10m 30s'),
  ],
  'one warning': [arrived('ExternalFailing', { target: 'kick' }, '96.4%')],
  'the end of an alert': [arrived('ViewerPollStale', { job: 'viewer-poll' }, '46m 0s', 'resolved')],
  'one over, another begun': [
    arrived('ExternalFailing', { target: 'kick' }, '96.4%', 'resolved'),
    arrived('ExternalFailing', { target: 'x' }, '100%'),
  ],
  'more than a message holds': targets.map((target) =>
    arrived('ExternalFailing', { target }, '100%'),
  ),
  'more ends than a message holds': targets.map((target) =>
    arrived('ExternalFailing', { target }, '100%', 'resolved'),
  ),
  'an alert without environment': [
    arrived(
      'NotificationsFailing',
      { integration: 'telegram', env: '', instance: 'am-0:9093' },
      '1',
    ),
  ],
  'an alert of the chart': [
    {
      status: 'firing',
      labels: {
        ...{ alertname: 'PrometheusRuleFailures', severity: 'critical', ...CHART_ORIGIN },
        ...{ namespace: 'monitoring', job: 'k8s-prometheus', instance: '10.0.0.7:9090' },
        ...{
          container: 'prometheus',
          endpoint: 'http-web',
          pod: 'prometheus-k8s-0',
          ...PROMETHEUS,
        },
      },
      annotations: {
        summary: 'Prometheus is failing rule evaluations.',
        description: 'Prometheus monitoring/prometheus-k8s-0 has failed to evaluate 12 rules.',
        runbook_url:
          'https://runbooks.prometheus-operator.dev/runbooks/prometheus/prometheusrulefailures',
      },
      startsAt: '2026-11-22T03:04:05Z',
      endsAt: '2026-11-22T07:00:00Z',
    },
  ],
}

/** The address that Telegram opens for a link of a message. */
const opened = (message: string, title: string) =>
  new RegExp(`<a href="([^"]*)">${title}</a>`).exec(message)?.[1]?.replaceAll('&amp;', '&')

describe('the message in Telegram', () => {
  for (const [what, group] of Object.entries(messages))
    it(`tells ${what}`, async () => {
      const message = await renderMessage(group)
      expect(telegramRefusal(message)).toBeUndefined()
      await expect(message).toMatchFileSnapshot(`golden/${what.replaceAll(' ', '-')}.html`)
    })

  it('says for every alert we have what it is, since when, where, and what to do', async () => {
    for (const alert of alerts.filter(({ severity }) => severity !== 'none')) {
      const { name, severity } = alert
      const message = await renderMessage([delivered(alert, {}, '1')])
      expect(telegramRefusal(message), name).toBeUndefined()
      expect(message).toContain(`<b>${name}</b> · ${severity} · stage`)
      expect(message).toContain('since 03:04 UTC, 22 Nov')
      for (const link of ['Runbook', 'Dashboard', 'Silence'])
        expect(message).toContain(`>${link}</a>`)
    }
  })

  it.each(['stage', 'production'])(
    'opens the panel as it is in %s, which it tells of',
    async (env) => {
      const message = await renderMessage([
        arrived('ExternalFailing', { target: 'kick', env }, '100%'),
      ])
      expect(opened(message, 'Dashboard')).toMatch(
        new RegExp(`/d/vf-worker\\?var-env=${env}&viewPanel=panel-\\d+$`),
      )
    },
  )

  it('lets no environment break out of the link that names it', async () => {
    const alert = arrived('ExternalFailing', { target: 'kick', env: 'a&b"><b>&c' }, '100%')
    expect(opened(await renderMessage([alert]), 'Dashboard')).toMatch(
      /\/d\/vf-worker\?var-env=a&bb$/,
    )
  })

  it.each([
    ['tags', '<b><script>alert(1)</script></i>'],
    ['half a tag', '<a href="'],
    ['ampersands alone', '&'],
    ['quotes and ampersands', `"'\`&amp;&#39;<>+`],
    ['template code', '{{ .Secret }}{{ template "x" }}'],
    ['control characters', 'a\u0000b\u001bc\u202e\u200bd\r\n'],
    ['other scripts', '直播平台🎥 ñ ÿ עברית'],
  ])('takes no harm from %s in every label and annotation', async (_, hostile) => {
    const text = hostile.repeat(400)
    const group = targets.map((target): TemplateAlert => {
      const alert = arrived('ExternalFailing', { target: `${target}${text}` }, '1')
      const harmed = {
        env: text,
        alertname: text,
        severity: text,
        route: text,
        zone: text,
        a: text,
      }
      const annotations = Object.fromEntries(
        Object.keys(alert.annotations).map((key) => [key, text]),
      )
      return { ...alert, labels: { ...alert.labels, ...harmed }, annotations }
    })
    const both = [...group, ...group.map((alert) => ({ ...alert, status: 'resolved' as const }))]
    expect(telegramRefusal(await renderMessage(both))).toBeUndefined()
  })
})
