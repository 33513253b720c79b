import { useLive } from '../live.ts'
import { useRoute } from '../router.ts'

/** The pages around alerts. */
export function AlertTabs() {
  const { page } = useRoute()
  const { state } = useLive()
  const silences = state?.silences?.filter((silence) => silence.state === 'active').length ?? 0
  const tabs = [
    { title: 'Rules', href: '/alerts', on: page === 'alerts', count: 0 },
    { title: 'Routes', href: '/routes', on: page === 'routes', count: 0 },
    { title: 'Silences', href: '/silences', on: page === 'silences', count: silences },
  ]
  return (
    <nav class="tabs" aria-label="About alerts">
      {tabs.map(({ title, href, on, count }) => (
        <a key={href} href={href} aria-current={on ? 'page' : undefined}>
          {title}
          {count > 0 && <i class="badge calm">{count}</i>}
        </a>
      ))}
    </nav>
  )
}
