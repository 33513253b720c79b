import type { Span } from '../month/time.ts'
import type { Labels, Timeline } from './evaluate.ts'

/**
 * A model of Alertmanager, as far as it decides which messages are sent when: routes, groups and their
 * waits, inhibition, repeats and resolving. A test compares it with the real one on random input.
 */
export interface Config {
  readonly route: Route
  readonly inhibit_rules: readonly InhibitRule[]
}

interface Route {
  readonly receiver?: string
  readonly matchers?: readonly string[]
  readonly group_by?: readonly string[]
  readonly group_wait?: string
  readonly group_interval?: string
  readonly repeat_interval?: string
  readonly continue?: boolean
  readonly routes?: readonly Route[]
}

interface InhibitRule {
  readonly source_matchers: readonly string[]
  readonly target_matchers: readonly string[]
  readonly equal?: readonly string[]
}

/** A message as a receiver gets it. */
export interface Message {
  readonly at: number
  readonly receiver: string
  /** The labels by which its alerts are grouped. */
  readonly group: Labels
  readonly firing: readonly Labels[]
  readonly resolved: readonly Labels[]
  /** Why it was sent: something new fires, something is over, or it is said again. */
  readonly because: 'firing' | 'resolved' | 'repeat'
}

/** What Prometheus posts: an alert that fires until its end, unless it is posted again. */
export interface Post {
  readonly at: number
  readonly labels: Labels
  readonly startsAt: number
  readonly endsAt: number
}

/** An evaluation and its post take a moment. */
const TAKES = 1

/** What the posts of Prometheus depend on. */
export interface Posting {
  /** Seconds between two evaluations. */
  readonly tick: number
  /** Seconds after which a firing alert is posted again; it ends four of them later. */
  readonly resendDelay: number
  /** Prometheus is away. */
  readonly gaps: readonly Span[]
}

/** What Prometheus posts about a timeline; nothing while it is away. */
export function postsOf(timeline: Timeline, { tick, resendDelay, gaps }: Posting): Post[] {
  const posts: Post[] = []
  const active = new Map<string, { labels: Labels; startsAt: number; sentAt: number }>()
  for (const [index, firing] of timeline.entries()) {
    const now = index * tick + TAKES
    // After its return the first evaluation restores what was pending; the next one posts.
    if (gaps.some(([from, until]) => index * tick >= from && index * tick < until + tick)) continue
    const keys = new Set(firing.map(keyOf))
    for (const labels of firing) {
      const key = keyOf(labels)
      const known = active.get(key) ?? { labels, startsAt: now, sentAt: Number.NEGATIVE_INFINITY }
      active.set(key, known)
      if (now - known.sentAt < resendDelay) continue
      known.sentAt = now
      posts.push({ at: now, labels, startsAt: known.startsAt, endsAt: now + 4 * resendDelay })
    }
    for (const [key, { labels, startsAt }] of active) {
      if (keys.has(key)) continue
      active.delete(key)
      posts.push({ at: now, labels, startsAt, endsAt: now })
    }
  }
  return posts
}

const keyOf = (labels: Labels): string =>
  Object.entries(labels)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([label, value]) => `${label}=${value}`)
    .join('\u0001')

interface Alert {
  readonly key: string
  labels: Labels
  startsAt: number
  endsAt: number
}

interface Group {
  readonly labels: Labels
  readonly route: Required<Pick<Route, 'receiver' | 'group_by'>> & Timing
  readonly alerts: Map<string, Alert>
  nextFlush: number
  hasFlushed: boolean
  /** What the receiver was sent last. */
  sent: { firing: ReadonlySet<string>; resolved: ReadonlySet<string>; at: number } | undefined
}

interface Timing {
  readonly wait: number
  readonly interval: number
  readonly repeat: number
}

/** `1m30s`, `4h`, `500ms` in seconds. */
export function secondsIn(written: string): number {
  const unit: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 }
  return [...written.matchAll(/(\d+)(ms|[dhms])/g)].reduce(
    (sum, [, count, letter = '']) => sum + Number(count) * (unit[letter] ?? 0),
    0,
  )
}

type Matches = (labels: Labels) => boolean

/** `severity = "critical"`, with any of Alertmanager's four operators. @throws Error otherwise. */
export function matcherOf(text: string): Matches {
  const [, label = '', operator, value = ''] =
    /^\s*(\w+)\s*(=~|!~|!=|=)\s*"(.*)"\s*$/.exec(text) ?? []
  const pattern = new RegExp(`^(?:${value})$`)
  switch (operator) {
    case '=':
      return (labels) => (labels[label] ?? '') === value
    case '!=':
      return (labels) => (labels[label] ?? '') !== value
    case '=~':
      return (labels) => pattern.test(labels[label] ?? '')
    case '!~':
      return (labels) => !pattern.test(labels[label] ?? '')
    default:
      throw new Error(`No matcher of Alertmanager: ${text}`)
  }
}

const all = (matchers: readonly string[] = []): Matches => {
  const each = matchers.map(matcherOf)
  return (labels) => each.every((matches) => matches(labels))
}

interface ReadyRoute {
  readonly matches: Matches
  readonly settings: Group['route']
  readonly goesOn: boolean
  readonly children: readonly ReadyRoute[]
}

function ready(route: Route, parent: Group['route']): ReadyRoute {
  const settings = {
    receiver: route.receiver ?? parent.receiver,
    group_by: route.group_by ?? parent.group_by,
    wait: route.group_wait === undefined ? parent.wait : secondsIn(route.group_wait),
    interval:
      route.group_interval === undefined ? parent.interval : secondsIn(route.group_interval),
    repeat: route.repeat_interval === undefined ? parent.repeat : secondsIn(route.repeat_interval),
  }
  return {
    matches: all(route.matchers),
    settings,
    goesOn: route.continue ?? false,
    children: (route.routes ?? []).map((child) => ready(child, settings)),
  }
}

/** The routes an alert takes: the first child that matches, and further ones after `continue`. */
function routesOf(route: ReadyRoute, labels: Labels): Group['route'][] {
  if (!route.matches(labels)) return []
  const taken: Group['route'][] = []
  for (const child of route.children) {
    const found = routesOf(child, labels)
    taken.push(...found)
    if (found.length > 0 && !child.goesOn) break
  }
  return taken.length === 0 ? [route.settings] : taken
}

const DEFAULTS = { receiver: '', group_by: [], wait: 30, interval: 300, repeat: 4 * 3_600 }

/** The messages that Alertmanager sends about what is posted, until a moment. */
export function messagesOf(posts: readonly Post[], config: Config, until: number): Message[] {
  const root = ready(config.route, DEFAULTS)
  const inhibits = config.inhibit_rules.map(({ source_matchers, target_matchers, equal = [] }) => ({
    isSource: all(source_matchers),
    isTarget: all(target_matchers),
    equal,
  }))
  const alerts = new Map<string, Alert>()
  const groups = new Map<string, Group>()
  const messages: Message[] = []

  const isInhibited = (labels: Labels, now: number) =>
    inhibits.some(
      ({ isSource, isTarget, equal }) =>
        isTarget(labels) &&
        [...alerts.values()].some(
          (source) =>
            source.endsAt > now &&
            isSource(source.labels) &&
            // An alert that is both does not silence its like.
            !(isTarget(source.labels) && isSource(labels)) &&
            equal.every((label) => (source.labels[label] ?? '') === (labels[label] ?? '')),
        ),
    )

  const flush = (name: string, group: Group, now: number) => {
    const list = [...group.alerts.values()]
    const heard = list.filter(({ labels }) => !isInhibited(labels, now))
    const firing = heard.filter(({ endsAt }) => endsAt > now)
    const over = heard.filter(({ endsAt }) => endsAt <= now)
    const because = heard.length === 0 ? undefined : reasonToSend(group, firing, over, now)
    if (because !== undefined) {
      messages.push({
        at: now,
        receiver: group.route.receiver,
        group: group.labels,
        firing: firing.map(({ labels }) => labels),
        resolved: over.map(({ labels }) => labels),
        because,
      })
      group.sent = {
        firing: new Set(firing.map(({ key }) => key)),
        resolved: new Set(over.map(({ key }) => key)),
        at: now,
      }
    }
    for (const { key, endsAt } of list) if (endsAt <= now) group.alerts.delete(key)
    group.hasFlushed = true
    group.nextFlush = now + group.route.interval
    // What was sent outlives its group, as Alertmanager's notification log does.
    if (group.alerts.size === 0) {
      group.nextFlush = Number.POSITIVE_INFINITY
      group.hasFlushed = false
    }
    groups.set(name, group)
  }

  const flushUntil = (moment: number) => {
    for (;;) {
      const [due] = [...groups].sort(([, one], [, other]) => one.nextFlush - other.nextFlush)
      if (due === undefined || due[1].nextFlush > moment) return
      flush(due[0], due[1], due[1].nextFlush)
    }
  }

  for (const post of posts) {
    flushUntil(post.at)
    const key = keyOf(post.labels)
    const known = alerts.get(key)
    // An end before which it still ran is the end of the same alert, else a new one begins.
    const isSame = known !== undefined && known.endsAt >= post.startsAt
    const alert: Alert = isSame
      ? { ...known, startsAt: Math.min(known.startsAt, post.startsAt), endsAt: post.endsAt }
      : { key, labels: post.labels, startsAt: post.startsAt, endsAt: post.endsAt }
    alerts.set(key, alert)
    for (const route of routesOf(root, post.labels)) {
      const labels = Object.fromEntries(
        route.group_by.flatMap((label) => {
          const value = post.labels[label]
          return value === undefined ? [] : [[label, value]]
        }),
      )
      const name = `${route.receiver}\u0002${keyOf(labels)}`
      let group = groups.get(name)
      if (group === undefined || group.alerts.size === 0) {
        // What has ended already opens no group.
        if (post.endsAt <= post.at) continue
        const opened: Group = {
          labels,
          route,
          alerts: new Map(),
          nextFlush: post.at + route.wait,
          hasFlushed: false,
          sent: group?.sent,
        }
        group = opened
        groups.set(name, opened)
      }
      group.alerts.set(key, alert)
      // An alert that has waited long enough already is sent at once.
      if (!group.hasFlushed && post.startsAt + route.wait < post.at) group.nextFlush = post.at
    }
  }
  flushUntil(until)
  return messages
}

/** Alertmanager's own question whether a receiver needs to hear what it was not sent last. */
function reasonToSend(
  { sent, route }: Group,
  firing: readonly Alert[],
  over: readonly Alert[],
  now: number,
): Message['because'] | undefined {
  if (sent === undefined) return firing.length > 0 ? 'firing' : undefined
  if (firing.some(({ key }) => !sent.firing.has(key))) return 'firing'
  if (firing.length === 0) return sent.firing.size > 0 ? 'resolved' : undefined
  if (over.some(({ key }) => !sent.resolved.has(key))) return 'resolved'
  return sent.at < now - route.repeat ? 'repeat' : undefined
}
