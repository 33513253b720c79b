import { parse } from 'yaml'
import type { ContactPoint, Labels, Matcher, Receiver, RouteNode, Routing } from './state.ts'

/** A route as Alertmanager's configuration has it. https://prometheus.io/docs/alerting/latest/configuration/#route */
interface RawRoute {
  readonly receiver?: string
  readonly matchers?: readonly string[]
  readonly match?: Readonly<Record<string, string>>
  readonly match_re?: Readonly<Record<string, string>>
  readonly continue?: boolean
  readonly group_by?: readonly string[]
  readonly group_wait?: string
  readonly group_interval?: string
  readonly repeat_interval?: string
  readonly mute_time_intervals?: readonly string[]
  readonly routes?: readonly RawRoute[]
}
interface RawInhibition {
  readonly source_matchers?: readonly string[]
  readonly target_matchers?: readonly string[]
  readonly equal?: readonly string[]
}

const DEFAULTS = { groupWait: '30s', groupInterval: '5m', repeatInterval: '4h' } as const

/** Reads matchers such as `{severity="critical", job=~"a|b"}`; the braces may be left out. */
export function readMatchers(text: string): Matcher[] {
  const inside = text.trim().replace(/^\{([\s\S]*)\}$/, '$1')
  const pattern =
    /\s*([\w:]+|"(?:\\.|[^"\\])*")\s*(=~|!~|!=|=)\s*("(?:\\.|[^"\\])*"|[^,"\s]+)\s*(?:,|$)/gy
  const found: Matcher[] = []
  let at = 0
  for (const part of inside.matchAll(pattern)) {
    const [whole, name = '', op = '=', value = ''] = part
    found.push({
      name: unquoted(name),
      value: unquoted(value),
      isRegex: op.endsWith('~'),
      isEqual: !op.startsWith('!'),
    })
    at = (part.index ?? 0) + whole.length
  }
  if (inside.slice(at).trim() !== '')
    throw new RangeError(
      `"${inside.slice(at).trim()}" is no matcher: write name="value", with =, !=, =~ or !~ between.`,
    )
  return found
}

function unquoted(text: string): string {
  return text.startsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
    : text
}

/** Reads the configuration that Alertmanager runs. */
export function readRouting(yaml: string): Routing {
  const config = parse(yaml) as {
    route: RawRoute
    receivers?: readonly Record<string, unknown>[]
    inhibit_rules?: readonly RawInhibition[]
  }
  return {
    root: node(config.route, '0', undefined),
    contactPoints: (config.receivers ?? []).map(contactPoint),
    inhibitions: (config.inhibit_rules ?? []).map((rule) => ({
      source: (rule.source_matchers ?? []).flatMap(readMatchers),
      target: (rule.target_matchers ?? []).flatMap(readMatchers),
      equal: rule.equal ?? [],
    })),
  }
}

function node(route: RawRoute, id: string, parent: RouteNode | undefined): RouteNode {
  const old = [
    ...Object.entries(route.match ?? {}).map(([name, value]) => ({ name, value, isRegex: false })),
    ...Object.entries(route.match_re ?? {}).map(([name, value]) => ({
      name,
      value,
      isRegex: true,
    })),
  ].map((one) => ({ ...one, isEqual: true }))
  const self: RouteNode = {
    id,
    receiver: route.receiver ?? parent?.receiver ?? '',
    matchers: [...(route.matchers ?? []).flatMap(readMatchers), ...old],
    continue: route.continue ?? false,
    groupBy: route.group_by ?? parent?.groupBy ?? [],
    groupWait: route.group_wait ?? parent?.groupWait ?? DEFAULTS.groupWait,
    groupInterval: route.group_interval ?? parent?.groupInterval ?? DEFAULTS.groupInterval,
    repeatInterval: route.repeat_interval ?? parent?.repeatInterval ?? DEFAULTS.repeatInterval,
    muteTimes: route.mute_time_intervals ?? [],
    routes: [],
  }
  const routes = (route.routes ?? []).map((child, index) => node(child, `${id}.${index}`, self))
  return { ...self, routes }
}

/** What a person may know of a contact point: Alertmanager leaves the secrets out itself. */
function contactPoint({ name, ...rest }: Record<string, unknown>): ContactPoint {
  const integrations = Object.entries(rest).flatMap(([key, configs]) =>
    Array.isArray(configs)
      ? configs.map((config: Record<string, unknown>) => ({
          type: key.replace(/_configs$/, ''),
          detail: ['chat_id', 'channel', 'url', 'url_file', 'to']
            .filter((field) => config[field] !== undefined)
            .map((field) => `${field} ${shortened(String(config[field]))}`)
            .join(', '),
          sendResolved: config.send_resolved !== false,
        }))
      : [],
  )
  return { name: String(name), integrations }
}

/** Of the path of a mounted Secret its name and key. */
const shortened = (value: string): string =>
  value.startsWith('/') ? value.split('/').slice(-2).join('/') : value

/** Whether labels fit a matcher. A regular expression must match the whole value; a missing label is empty. */
function fits(labels: Labels, { name, value, isRegex, isEqual }: Matcher): boolean {
  const own = labels[name] ?? ''
  const same = isRegex ? regex(value).test(own) : own === value
  return same === isEqual
}

/** RE2 writes its flags in front: `(?i)`. */
function regex(source: string): RegExp {
  const [, flags = '', rest = source] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(source) ?? []
  return new RegExp(`^(?:${rest})$`, `u${flags}`)
}

/**
 * The routes that take an alert, as `amtool config routes test` has it: the deepest that fit; a route
 * that fits ends the search among its siblings unless it says `continue`.
 */
export function routesFor(root: RouteNode, labels: Labels): RouteNode[] {
  const taken: RouteNode[] = []
  for (const route of root.routes) {
    if (!route.matchers.every((matcher) => fits(labels, matcher))) continue
    taken.push(...routesFor(route, labels))
    if (!route.continue) break
  }
  return taken.length > 0 ? taken : [root]
}

export const receiversOf = (root: RouteNode, labels: Labels): Receiver[] =>
  routesFor(root, labels).map(({ receiver, repeatInterval }) => ({
    name: receiver,
    repeatInterval,
  }))
