import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { PageName } from '../server/pages.ts'
import type { LiveState, Setup, UpstreamName } from '../server/state.ts'
import { ask, useAsked } from './ask.ts'
import { clock, exact } from './format.ts'
import { type Live, useLive } from './live.ts'
import { Overview } from './pages/overview.tsx'
import { addressHere, go, useRoute } from './router.ts'
import { useTheme } from './series-chart.tsx'
import { Empty, Failed, Icon, type IconName, Loading, useTitle } from './ui.tsx'

/** What every page is given. */
interface PageProps {
  readonly setup: Setup
  /** What the address names, such as the alert. */
  readonly name: string
}
type Page = ComponentType<PageProps>

interface Section {
  readonly title: string
  readonly icon: IconName
  readonly href: string
  /** Pressed after `g`. */
  readonly key: string
  readonly pages: readonly PageName[]
}

const SECTIONS: readonly Section[] = [
  { title: 'Overview', icon: 'overview', href: '/', key: 'o', pages: ['overview'] },
  {
    title: 'Alerts',
    icon: 'alerts',
    href: '/alerts',
    key: 'a',
    pages: ['alerts', 'alert', 'routes', 'silences', 'newSilence'],
  },
  {
    title: 'Dashboards',
    icon: 'dashboards',
    href: '/dashboards',
    key: 'd',
    pages: ['dashboards', 'dashboard'],
  },
  { title: 'Messages', icon: 'messages', href: '/messages', key: 'm', pages: ['messages'] },
  { title: 'Metrics', icon: 'metrics', href: '/metrics', key: 'c', pages: ['metrics', 'metric'] },
  { title: 'Explore', icon: 'explore', href: '/explore', key: 'e', pages: ['explore'] },
  { title: 'Logs', icon: 'logs', href: '/logs', key: 'l', pages: ['logs'] },
  {
    title: 'Docs',
    icon: 'docs',
    href: '/docs',
    key: 'h',
    pages: ['docs', 'doc', 'runbooks', 'runbook'],
  },
]
/** What a phone has room for; the rest is behind "More". */
const ON_PHONE = 4

const MORE_KEYS = [
  ['g r', 'Routes'],
  ['g s', 'Silences'],
  ['/', 'Search on this page'],
  ['t', 'Dark or light'],
  ['?', 'This list'],
  ['Esc', 'Close'],
] as const

/** Pages other than the first are fetched when they are wanted. */
const LAZY: Partial<Record<PageName, () => Promise<Page>>> = {
  alerts: async () => (await import('./pages/alerts.tsx')).Alerts,
  alert: async () => (await import('./pages/alert.tsx')).Alert,
  routes: async () => (await import('./pages/routes.tsx')).Routes,
  silences: async () => (await import('./pages/silences.tsx')).Silences,
  newSilence: async () => (await import('./pages/silences.tsx')).NewSilence,
  dashboards: async () => (await import('./pages/dashboards.tsx')).Dashboards,
  dashboard: async () => (await import('./pages/dashboards.tsx')).DashboardPage,
  messages: async () => (await import('./pages/messages.tsx')).Messages,
  metrics: async () => (await import('./pages/metrics.tsx')).Metrics,
  metric: async () => (await import('./pages/metrics.tsx')).Metric,
  explore: async () => (await import('./pages/explore.tsx')).Explore,
  logs: async () => (await import('./pages/logs.tsx')).Logs,
  runbooks: async () => (await import('./pages/docs.tsx')).Docs,
  runbook: async () => (await import('./pages/docs.tsx')).Docs,
  docs: async () => (await import('./pages/docs.tsx')).Docs,
  doc: async () => (await import('./pages/docs.tsx')).Docs,
}

const BUILT = SECTIONS.filter(({ pages }) =>
  pages.some((page) => page === 'overview' || LAZY[page]),
)

function useLazy(page: PageName | undefined): Page | undefined {
  const [loaded, setLoaded] = useState<{ page: PageName; show: Page }>()
  useEffect(() => {
    const load = page && LAZY[page]
    if (!load) return
    let left = false
    void load().then((show) => left || setLoaded({ page, show }))
    return () => {
      left = true
    }
  }, [page])
  return loaded?.page === page ? loaded?.show : undefined
}

function switchTheme(theme: string): void {
  const next = theme === 'dark' ? 'light' : 'dark'
  document.documentElement.dataset.theme = next
  localStorage.theme = next
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.matches('input, textarea, select') || target.isContentEditable)

/** `g` and a letter goes to a page, `/` to the search of this one, `t` switches the theme, `?` helps. */
function useKeys(theme: string, help: () => void): void {
  const before = useRef('')
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return
      if (event.key === 'Escape' && isTyping(event.target)) (event.target as HTMLElement).blur()
      if (isTyping(event.target)) return
      const afterG = before.current === 'g'
      before.current = event.key
      if (afterG) {
        const section = SECTIONS.find(({ key }) => key === event.key)
        const href = section?.href ?? { r: '/routes', s: '/silences' }[event.key] ?? undefined
        if (href) go(href)
        before.current = ''
        return
      }
      if (event.key === 't') switchTheme(theme)
      if (event.key === '?') help()
      if (event.key !== '/') return
      event.preventDefault()
      document.querySelector<HTMLInputElement>('main input[type=search]')?.focus()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [theme, help])
}

function Connection({ state, connected }: Live) {
  if (!state) return <span class="connection off">connecting …</span>
  if (!connected) return <span class="connection off">no connection</span>
  return (
    <span class="connection" title={`Live: the state arrives once a second. ${exact(state.now)}`}>
      <time>{clock(state.now)}</time> UTC
    </span>
  )
}

const UPSTREAMS = {
  prometheus: 'Prometheus',
  alertmanager: 'Alertmanager',
  fakes: 'The fake services',
} as const

/** Names each service that does not answer; a page keeps what it has shown before. */
function Silent({ upstreams = {} }: { readonly upstreams: LiveState['upstreams'] | undefined }) {
  const silent = (Object.keys(UPSTREAMS) as UpstreamName[]).filter(
    (name) => upstreams[name]?.ok === false,
  )
  return (
    <>
      {silent.map((name) => (
        <p class="lost" role="status" key={name} title={upstreams[name]?.error}>
          {UPSTREAMS[name]} {name === 'fakes' ? 'do' : 'does'} not answer
          {upstreams[name]?.since !== undefined && ` since ${clock(upstreams[name].since)} UTC`}.
          The console keeps asking; what depends on it may be out of date.
        </p>
      ))}
    </>
  )
}

function Help({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} class="help panel" onClose={close} aria-labelledby="help">
      <header>
        <h2 id="help">Keys</h2>
        <button type="button" class="plain" onClick={close} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {[...BUILT.map(({ key, title }) => [`g ${key}`, title] as const), ...MORE_KEYS].map(
          ([keys, what]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ),
        )}
      </dl>
    </dialog>
  )
}

function Navigation({ here, live }: { readonly here: Section | undefined; readonly live: Live }) {
  const [more, setMore] = useState(false)
  const { state } = live
  const spoken = (state?.alerts ?? []).filter(({ labels }) => labels.severity !== 'none')
  const firing = spoken.filter((alert) => alert.state === 'firing').length
  const messages = state?.messages?.count ?? 0
  return (
    <nav class={more ? 'open' : ''} aria-label="Pages">
      {BUILT.map((section, index) => (
        <a
          key={section.href}
          href={section.href}
          class={index < ON_PHONE ? '' : 'rare'}
          aria-current={here === section ? 'page' : undefined}
          onClick={() => setMore(false)}
        >
          <Icon name={section.icon} />
          <span>{section.title}</span>
          {section.title === 'Alerts' && firing > 0 && (
            <i class="badge">
              {firing}
              <span class="hidden"> firing</span>
            </i>
          )}
          {section.title === 'Messages' && messages > 0 && <i class="badge calm">{messages}</i>}
        </a>
      ))}
      <button type="button" class="more" aria-expanded={more} onClick={() => setMore(!more)}>
        <Icon name="more" />
        <span>More</span>
      </button>
    </nav>
  )
}

/** Alertmanager's links have their path behind a `#`; they are brought to the address that shows the same. */
function useForeignHash(): void {
  useEffect(() => {
    const follow = () => {
      if (location.hash.startsWith('#/')) go(addressHere(location.href), { replace: true })
    }
    follow()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
}

export function App() {
  const live = useLive()
  const { page, name } = useRoute()
  const theme = useTheme()
  const [help, setHelp] = useState(false)
  const { data: setup, error } = useAsked((signal) => ask<Setup>('/api/setup', { signal }), 0, [])
  useKeys(theme, () => setHelp(true))
  useForeignHash()
  const here = SECTIONS.find(({ pages }) => page && pages.includes(page))
  const firing = (live.state?.alerts ?? []).filter(
    (alert) => alert.state === 'firing' && alert.labels.severity !== 'none',
  ).length
  useTitle(
    `${firing > 0 ? `(${firing}) ` : ''}${name || here?.title || 'Not found'} · Verifluence monitoring`,
  )
  const Lazy = useLazy(page)
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <Icon name="overview" />
          <b>Verifluence</b> <span>monitoring</span>
        </a>
        <Navigation here={here} live={live} />
        <Connection {...live} />
        <button
          type="button"
          class="plain"
          aria-label="Switch between dark and light"
          title="Dark or light (t)"
          onClick={() => switchTheme(theme)}
        >
          <Icon name="theme" />
        </button>
        <button
          type="button"
          class="plain keys"
          aria-label="Keys"
          title="Keys (?)"
          onClick={() => setHelp(true)}
        >
          ?
        </button>
      </header>
      <main id="content" class={`page-${page}`} tabIndex={-1}>
        {live.state && !live.connected && (
          <p class="lost" role="status">
            The console does not answer; what you see is from {clock(live.state.now)} UTC. It is
            asked again every few seconds.
          </p>
        )}
        {live.connected && page !== 'overview' && <Silent upstreams={live.state?.upstreams} />}
        {error && !setup ? (
          <Failed what="The console cannot start." error={error} />
        ) : page === undefined || (page !== 'overview' && !LAZY[page]) ? (
          <Empty isPage title="There is no such page.">
            <a href="/">Overview</a>
          </Empty>
        ) : !setup ? (
          <Loading />
        ) : page === 'overview' ? (
          <Overview setup={setup} />
        ) : Lazy ? (
          <Lazy setup={setup} name={name} />
        ) : (
          <Loading />
        )}
      </main>
      <Help open={help} close={() => setHelp(false)} />
    </>
  )
}
