import { addresses } from '../places.ts'

/** The heading of an alert's runbook section, as a page anchor. */
export const runbookAnchor = (alert: string) => alert.toLowerCase()

export const runbookUrl = (alert: string) => `${addresses.docs}/runbooks#${runbookAnchor(alert)}`

/**
 * The id of a panel, from its name: it stays the same when panels are added or moved, so that links
 * in old messages and bookmarks keep working.
 */
export const panelId = (key: string) =>
  [...key].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1_000_003, 7)

/** A dashboard shows one environment at a time: the one that its address chooses, else the first. */
const chosen = (env: string | undefined) => (env === undefined ? '' : `var-env=${env}&`)

/**
 * The address of one panel.
 *
 * @param panel `dashboard/panel`, for instance `vf-worker/last-success`
 */
export const panelUrl = (panel: string, env: string | undefined) => {
  const [dashboard = '', key = ''] = panel.split('/')
  return `${addresses.grafana}/d/${dashboard}?${chosen(env)}viewPanel=panel-${panelId(key)}`
}

const CHOSEN = /(?<=\?)var-env=([^&]*)&/

/** The same address without the environment that it chooses. */
export const anyEnvironment = (url: string) => url.replace(CHOSEN, '')

/** The environment that the address of a panel chooses. */
export const environmentIn = (url: string): string | undefined => CHOSEN.exec(url)?.[1]
