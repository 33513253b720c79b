import { useEffect, useState } from 'preact/hooks'
import { pageAt } from '../server/pages.ts'

/** Goes to an address inside the console. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  dispatchEvent(new PopStateEvent('popstate'))
}

type Change = Readonly<Record<string, string | readonly string[] | undefined>>

/** The page that the address names, its parameters, and a way to change these. */
export function useRoute() {
  const [href, setHref] = useState(location.href)
  useEffect(() => {
    const read = () => setHref(location.href)
    addEventListener('popstate', read)
    return () => removeEventListener('popstate', read)
  }, [])
  const { pathname, searchParams, hash } = new URL(href)
  return {
    ...(pageAt(pathname) ?? { page: undefined, name: '' }),
    search: searchParams,
    hash: hash.slice(1),
    /** Changes parameters; `undefined` and the empty string remove one. */
    change: (change: Change) => {
      const next = new URLSearchParams(location.search)
      for (const [name, value] of Object.entries(change)) {
        next.delete(name)
        for (const one of [value ?? []].flat()) if (one !== '') next.append(name, one)
      }
      go(`${location.pathname}${next.size > 0 ? `?${next}` : ''}`, { replace: true })
    },
  }
}

/** Links inside the console change the address without loading the page again. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const isOther = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0
    if (!link || link.target || isOther || link.origin !== location.origin) return
    if (event.defaultPrevented || link.hasAttribute('download')) return
    const isSamePage = link.pathname === location.pathname && link.search === location.search
    // The browser scrolls to an anchor of this page by itself.
    if (isSamePage && link.hash) return
    event.preventDefault()
    go(addressHere(link.href))
    if (!link.hash) scrollTo(0, 0)
  })
}

/**
 * Where an address of Grafana, Alertmanager, Prometheus or the docs leads in the console. Links in
 * messages lead to production, unless the system runs on this machine.
 */
export function addressHere(href: string): string {
  let url: URL
  try {
    url = new URL(href, location.origin)
  } catch {
    return href
  }
  if (!/^https?:$/.test(url.protocol)) return '#'
  const dashboard = /^\/d\/([\w-]+)/.exec(url.pathname)
  if (dashboard) return `/dashboards/${dashboard[1]}${url.search}`
  const runbook = /\/runbooks\/?$/.exec(url.pathname)
  if (runbook) return url.hash ? `/runbooks/${url.hash.slice(1)}` : '/runbooks'
  const silence = /^#\/silences\/new\??(.*)$/.exec(url.hash)
  if (silence) return `/silences/new?${silence[1]}`
  if (url.hash.startsWith('#/silences')) return '/silences'
  if (url.hash.startsWith('#/alerts')) return '/alerts'
  // Loki's lines of one request are the log lines of this machine.
  const logs = url.pathname === '/explore' ? url.searchParams.get('left') : null
  if (logs !== null) {
    const request = /request_id=\W*([\w-]+)/.exec(logs)?.[1]
    return request ? `/logs?request=${request}` : '/logs'
  }
  if (url.pathname === '/graph')
    return `/explore?expr=${encodeURIComponent(url.searchParams.get('g0.expr') ?? '')}`
  return url.origin === location.origin ? `${url.pathname}${url.search}${url.hash}` : url.href
}
