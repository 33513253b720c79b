/**
 * Look-alikes for the characters that mean something in HTML. Escaping would be just as safe, but it
 * makes five characters of one, and the length of a message could no longer be promised.
 */
const harmless: readonly (readonly [pattern: string, replacement: string])[] = [
  ['[\\\\p{C}\\\\s]+', ' '],
  ['<', '‹'],
  ['>', '›'],
  ['&', '＆'],
  ['[\\"\'`]', '’'],
  ['\\\\+', '＋'],
]

/** The sub-template that writes its argument without dangerous characters. */
const plain = `{{ define "telegram.plain" }}{{ . ${harmless
  .map(([pattern, replacement]) => `| reReplaceAll "${pattern}" "${replacement}"`)
  .join(' ')} }}{{ end }}`

/** A value as text of a message: at most `length` characters, none of them dangerous. */
const text = (value: string, length: number): string =>
  `{{ template "telegram.plain" (printf "%.${length}s" ${value}) }}`

/** A value as part of a URL: everything that a URL of ours does not need is left out. */
const urlSafe = (value: string, allowed: string, length: number): string =>
  `printf "%.${length}s" ${value} | reReplaceAll "[^${allowed}]" ""`

/**
 * A URL of ours has one `&` at most; it ends before a second. The engine knows that it stands in an
 * attribute and writes `&amp;`: many of them would make a message longer than promised.
 */
const oneAmpersand = 'reReplaceAll "(&[^&]*)&.*" "$1"'

/** A link to an address that an annotation holds, and what divides it from the next; nothing without one. */
const link = (title: string, value: string): string =>
  `{{ with ${value} }}<a href="{{ ${urlSafe('.', 'A-Za-z0-9:/?#=&._%-', 200)} | ${oneAmpersand} }}">${title}</a> · {{ end }}`

/** A link to Alertmanager's form for a new silence, filled in with the given labels. */
const silenceLink = (title: string, labels: readonly string[]): string => {
  const filter = labels
    .map(
      (label) => `${label}%3D%22{{ ${urlSafe(`.CommonLabels.${label}`, 'A-Za-z0-9_-', 60)} }}%22`,
    )
    .join('%2C')
  return `<a href="{{ .ExternalURL }}/#/silences/new?filter=%7B${filter}%7D">${title}</a>`
}

/**
 * The Telegram message, for Alertmanager's HTML template engine. Telegram takes 4096 characters and
 * refuses more for ever, so everything is bounded: a few alerts, each of its parts cut.
 */

/** How many alerts a message spells out; the rest is counted. */
const SHOWN = { firing: 4, resolved: 3 } as const

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
   resolved after {{ (.EndsAt.Sub .StartsAt).Seconds | humanizeDuration }} · {{ .StartsAt.UTC.Format "15:04" }}–{{ .EndsAt.UTC.Format "15:04 UTC, 2 Jan" }}
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
