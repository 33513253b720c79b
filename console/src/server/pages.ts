/**
 * The addresses of the pages. The server answers 200 to these and 404 to all others, so that a link
 * that leads nowhere would only be found by a reader.
 */
const PAGES = {
  overview: '/',
  alerts: '/alerts',
  alert: '/alerts/:name',
  routes: '/routes',
  silences: '/silences',
  newSilence: '/silences/new',
  dashboards: '/dashboards',
  dashboard: '/dashboards/:uid',
  messages: '/messages',
  metrics: '/metrics',
  metric: '/metrics/:name',
  explore: '/explore',
  logs: '/logs',
  runbooks: '/runbooks',
  runbook: '/runbooks/:name',
  docs: '/docs',
  doc: '/docs/*',
} as const

export type PageName = keyof typeof PAGES

/** Which page an address shows, and what its path names. */
export function pageAt(path: string): { page: PageName; name: string } | undefined {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path
  let best: { page: PageName; name: string } | undefined
  for (const [page, pattern] of Object.entries(PAGES) as [PageName, string][]) {
    if (pattern === clean) return { page, name: '' }
    const at = pattern.search(/\/[:*]/)
    if (at < 0) continue
    const prefix = `${pattern.slice(0, at)}/`
    const rest = clean.startsWith(prefix) ? clean.slice(prefix.length) : ''
    if (rest === '' || (rest.includes('/') && !pattern.endsWith('*'))) continue
    best = { page, name: decoded(rest) }
  }
  return best
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
