import { link, plain, silenceLink, text } from './pieces.ts'

/**
 * The Telegram message, for Alertmanager's HTML template engine. Telegram takes 4096 characters and
 * refuses more for ever, so everything is bounded: a few alerts, each of its parts cut.
 */

/** How many alerts a message spells out; the rest is counted. */
export const SHOWN = { firing: 4, resolved: 3 } as const

/** Labels that the head of the message has said, or that say nothing to a person. */
const SAID =
  '(stringSlice "alertname" "severity" "env" "prometheus" "surface" "origin" "container" "endpoint")'

const where =
  `{{ range $n, $label := (.Labels.Remove ${SAID}).SortedPairs }}{{ if lt $n 4 }}` +
  ` · ${text('$label.Name', 16)} ${text('$label.Value', 40)}{{ end }}{{ end }}`

const more = (list: string, shown: number) =>
  `{{ if gt (len ${list}) ${shown} }}\n… and {{ len (slice ${list} ${shown}) }} more{{ end }}`

const firing = `{{ define "telegram.firing" -}}
• ${text('.Annotations.summary', 160)}
   since {{ .StartsAt.UTC.Format "15:04 UTC, 2 Jan" }}${where}
{{- end }}`

const resolved = `{{ define "telegram.resolved" -}}
• ${text('.Annotations.summary', 140)}
   over after {{ (.EndsAt.Sub .StartsAt).Seconds | humanizeDuration }} · {{ .StartsAt.UTC.Format "15:04" }}–{{ .EndsAt.UTC.Format "15:04 UTC, 2 Jan" }}
{{- end }}`

const head = `{{ define "telegram.head" -}}
{{ if eq .Status "resolved" }}✅{{ else if eq .CommonLabels.severity "critical" }}🔴{{ else }}🟡{{ end }} <b>${text('.GroupLabels.alertname', 60)}</b>
{{- if eq .Status "resolved" }} resolved{{ else }} · ${text('.CommonLabels.severity', 10)}{{ end }}
{{- with .GroupLabels.env }} · ${text('.', 20)}{{ end }}
{{- end }}`

const list = (state: 'firing' | 'resolved') => {
  const alerts = state === 'firing' ? '.Alerts.Firing' : '.Alerts.Resolved'
  return `{{ range $n, $alert := ${alerts} }}{{ if lt $n ${SHOWN[state]} }}
{{ template "telegram.${state}" $alert }}
{{- end }}{{ end }}${more(alerts, SHOWN[state])}`
}

const message = `{{ define "telegram.message" -}}
{{ template "telegram.head" . }}
${list('firing')}
{{- if and .Alerts.Firing .Alerts.Resolved }}

✅ resolved
{{- end }}${list('resolved')}
{{- if .Alerts.Firing }}

${text('(index .Alerts.Firing 0).Annotations.description', 320)}
{{- end }}

${link('Runbook', '.CommonAnnotations.runbook_url')}${link('Dashboard', '.CommonAnnotations.dashboard_url')}${silenceLink('Silence', ['alertname', 'env'])}
{{- end }}
`

/** The whole template file. */
export const telegramTemplate = [plain, head, firing, resolved, message].join('\n\n')
