import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Labels, Matcher } from '../server/state.ts'
import { ago, exact } from './format.ts'

const ICONS = {
  overview: 'M2 8h3l2-5 3 10 2-5h2',
  alerts:
    'M8 2a4 4 0 0 0-4 4v3l-1.500 2.500h11L12 9V6a4 4 0 0 0-4-4zM6.500 13.500a1.500 1.500 0 0 0 3 0',
  dashboards: 'M2.500 2.500h11v11h-11zM5 10.500V8M8 10.500v-5M11 10.500V7',
  messages: 'M2.500 3.500h11v7.500H7l-3 2.500V11H2.500z',
  metrics: 'M3 4h10M3 8h7M3 12h4',
  explore: 'M2.500 13.500v-11M2.500 13.500h11M5 10l2.500-3 2 1.500L13 4',
  logs: 'M3 3.500h10M3 6.500h6M3 9.500h8M3 12.500h5',
  docs: 'M3 2.500h6.500L13 6v7.500H3zM9.500 2.500V6H13M5.500 8.500h5M5.500 11h3.500',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  globe: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c4 4 4 8 0 12M8 2c-4 4-4 8 0 12',
  process: 'M3 3h10v4H3zM3 9h10v4H3zM5.500 5h.01M5.500 11h.01',
  prometheus: 'M8 2.500c.5 2 3 3 3 6a3 3 0 0 1-6 0c0-1.500 1-2 1-3M5 13.500h6',
  telegram: 'M14 3 2 7.500l4 1.500 1.500 4L10 10.500l3 2zM6 9l5-4',
  bolt: 'M9 2 4 9h4l-1 5 5-7H8z',
  check: 'M3 8.500 6.500 12 13 4.500',
  theme: 'M8 2.500a5.500 5.500 0 1 0 0 11zM8 2.500a5.500 5.500 0 0 1 0 11',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.500 10.500 14 14',
  silence: 'M8 2a4 4 0 0 0-4 4v3l-1.500 2.500h11L12 9V6M2.500 2.500l11 11',
  routes: 'M3 3v10M3 6h5a2 2 0 0 1 2 2v0M3 11h4M10 8h3M7 11h6',
  close: 'M4 4l8 8M12 4l-8 8',
} as const
export type IconName = keyof typeof ICONS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}

/** The emoji of our messages: Telegram draws its own too, and not every system has a font with them. */
const EMOJI: Readonly<Record<string, { readonly says: string; readonly draw: ComponentChildren }>> =
  {
    '🔴': { says: 'red circle', draw: <circle cx="8" cy="8" r="7" fill="#e5484d" /> },
    '🟡': { says: 'yellow circle', draw: <circle cx="8" cy="8" r="7" fill="#f2c037" /> },
    '✅': {
      says: 'check mark',
      draw: (
        <>
          <rect x="1" y="1" width="14" height="14" rx="3" fill="#2f9e5f" />
          <path d="M4 8.300 6.900 11 12 5" fill="none" stroke="#fff" stroke-width="2" />
        </>
      ),
    },
  }

/** Text with its emoji as pictures. */
export function withEmoji(text: string): ComponentChildren[] {
  return text.split(/(🔴|🟡|✅)/u).map((part, index) => {
    const emoji = EMOJI[part]
    return emoji ? (
      <svg key={index} class="emoji" viewBox="0 0 16 16" role="img" aria-label={emoji.says}>
        {emoji.draw}
      </svg>
    ) : (
      part
    )
  })
}

const STATES = {
  firing: 'firing',
  pending: 'pending',
  inactive: 'quiet',
  active: 'active',
  suppressed: 'suppressed',
  expired: 'expired',
} as const

/** A state in words and with a shape of its own, so that colour never carries it alone. */
export function State({ of }: { readonly of: string }) {
  return <span class={`state ${of}`}>{STATES[of as keyof typeof STATES] ?? of}</span>
}

export function Severity({ of }: { readonly of: string | undefined }) {
  return of && of !== 'none' ? <span class={`severity ${of}`}>{of}</span> : null
}

export function Empty({
  title,
  isPage = false,
  children,
}: {
  readonly title: string
  /** Whether it is all that the page shows, so that its title is the heading. */
  readonly isPage?: boolean
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty">
      {isPage ? <h1>{title}</h1> : <strong>{title}</strong>}
      {children && <p>{children}</p>}
    </div>
  )
}

export function Failed({ what, error }: { readonly what: string; readonly error: string }) {
  return (
    <div class="failed" role="alert">
      <strong>{what}</strong> {error}
    </div>
  )
}

/** Keeps the place of what is being fetched. */
export function Loading({ height }: { readonly height?: number }) {
  return (
    <div
      class="loading"
      role="status"
      aria-label="Loading"
      style={{ height: height ? `${height}px` : '50vh' }}
    />
  )
}

/** A relative time, with the exact one on hover. */
export function Ago({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {ago(at, now)}
    </time>
  )
}

export function LabelList({
  labels,
  without = [],
}: {
  readonly labels: Labels
  readonly without?: readonly string[]
}) {
  const shown = Object.entries(labels).filter(([name]) => !without.includes(name))
  return (
    <span class="labels">
      {shown.map(([name, value]) => (
        <code key={name}>
          {name}=<b>{value}</b>
        </code>
      ))}
    </span>
  )
}

export const matcherText = ({ name, value, isRegex, isEqual }: Matcher): string =>
  `${name}${isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!='}${JSON.stringify(value)}`

export function Matchers({ of }: { readonly of: readonly Matcher[] }) {
  return (
    <span class="labels">
      {of.map((matcher) => (
        <code key={matcherText(matcher)}>{matcherText(matcher)}</code>
      ))}
    </span>
  )
}

export function SearchBox({
  value,
  onChange,
  label,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly label: string
}) {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        placeholder={label}
        aria-label={label}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <kbd>/</kbd>
    </div>
  )
}

/** Runs a function whenever the value changes, after it is on the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title
  }, [title])
}
