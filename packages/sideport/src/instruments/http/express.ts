import type { IncomingMessage } from 'node:http'
import { joinPatterns, pathOf, type Routing } from './routing.ts'

type Pattern = string | RegExp | readonly Pattern[]

/** A route as Express registers it. */
interface ExpressRoute {
  readonly path: Pattern
  readonly methods: Readonly<Record<string, boolean>>
}

/** An entry of a router's stack: a route, or a middleware that may be a router itself. */
interface Layer {
  readonly handle?: unknown
  readonly route?: ExpressRoute
  /** Express 5 with router 2.3 or later: the pattern as it was written. */
  readonly rawPath?: Pattern
  /** Express 4: the pattern, compiled. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean }
  readonly keys?: readonly unknown[]
  /** Router 2.3 and later returns the match; the others write it into the layer. */
  match(path: string): boolean | Match
  params?: Readonly<Record<string, unknown>>
  path?: string
}

type Stack = readonly Layer[]

/** The part of an Express application that is used; 4 and 5 keep their router under different names. */
export interface ExpressApp {
  readonly mountpath: string | string[]
  readonly parent?: unknown
  set(name: string, value: unknown): unknown
}

interface Incoming extends IncomingMessage {
  readonly app?: ExpressApp
  readonly originalUrl?: string
  readonly route?: ExpressRoute
}

/** A route and the pattern it is reached under. */
interface Place {
  readonly route: ExpressRoute
  /** Absent where a mount does not tell its pattern, so that only a request's path does. */
  readonly pattern: string | undefined
}

/**
 * The routing of an Express application, 4 or 5, for `attach`. The route is the full pattern, mounts
 * included, of the route that answered; where a middleware answered, of the one it stands before. Call
 * it once all routes are there.
 *
 * @example http.attach(app.listen(3000), expressRoutes(app))
 */
export function expressRoutes(app: ExpressApp): Routing {
  const places = createPlaces()
  /** Applications mounted in others hide in closures; they show when they answer. */
  const apps = new Set<ExpressApp>([app])

  function route(incoming: Incoming): string | undefined {
    if (incoming.app) apps.add(incoming.app)
    const path = pathOf(incoming.originalUrl ?? incoming.url)
    const { route: answered, method = 'GET' } = incoming
    for (const one of answered ? [...apps].reverse() : [incoming.app ?? app]) {
      const known = answered && places.patternOf(one, answered)
      const pattern = known ?? findRoute(stackOf(one), belowMount(one, path), method, answered)
      if (pattern !== undefined) return joinPatterns(mountOf(one), pattern)
    }
    return undefined
  }

  return {
    route,
    connect({ declare }) {
      for (const { route, pattern } of placesOf(stackOf(app), '')) {
        if (pattern === undefined) continue
        for (const method of Object.keys(route.methods)) {
          declare(method === '_all' ? 'ALL' : method.toUpperCase(), pattern)
        }
      }
    },
  }
}

/** Remembers where each route is reached, for those that are reached in one place only. */
function createPlaces() {
  const known = new WeakMap<ExpressRoute, string | null>()
  return {
    patternOf(app: ExpressApp, route: ExpressRoute): string | undefined {
      const pattern = known.get(route)
      if (pattern !== undefined) return pattern ?? undefined
      const patterns = placesOf(stackOf(app), '').filter((place) => place.route === route)
      const [only] = patterns
      if (only) known.set(route, patterns.length === 1 ? (only.pattern ?? null) : null)
      return known.get(route) ?? undefined
    },
  }
}

function placesOf(stack: Stack, prefix: string | undefined): Place[] {
  return stack.flatMap((layer) => {
    if (layer.route) {
      const pattern =
        prefix === undefined ? undefined : joinPatterns(prefix, write(layer.route.path))
      return [{ route: layer.route, pattern }]
    }
    const below = stackOf(layer.handle)
    if (below.length === 0) return []
    const mount = patternOfMount(layer)
    const whole =
      prefix === undefined || mount === undefined ? undefined : joinPatterns(prefix, mount)
    return placesOf(below, whole)
  })
}

/** Finds a route as Express does, by the path: `wanted` or else the first that takes the method. */
function findRoute(
  stack: Stack,
  path: string,
  method: string,
  wanted: ExpressRoute | undefined,
): string | undefined {
  for (const layer of stack) {
    const { route } = layer
    const below = route ? [] : stackOf(layer.handle)
    if (route ? !(wanted ? route === wanted : takes(route, method)) : below.length === 0) continue
    const match = matchLayer(layer, path)
    if (!match) continue
    if (route) return write(route.path)
    const rest = path.slice(match.path.length)
    const found = findRoute(below, rest.startsWith('/') ? rest : `/${rest}`, method, wanted)
    if (found !== undefined) return joinPatterns(patternOfMount(layer) ?? rewrite(match), found)
  }
  return undefined
}

function takes({ methods }: ExpressRoute, method: string): boolean {
  const name = method.toLowerCase()
  return Boolean(methods._all || methods[name] || (name === 'head' && methods.get))
}

interface Match {
  readonly path: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Matches a layer and leaves it as it was: a request may be under way in it. */
function matchLayer(layer: Layer, path: string): Match | undefined {
  const before = { ...layer }
  try {
    const match = layer.match(path)
    if (typeof match === 'object') return match
    return match ? { path: layer.path ?? '', params: layer.params ?? {} } : undefined
  } catch {
    // A path that cannot be decoded.
    return undefined
  } finally {
    Object.assign(layer, before)
  }
}

/** The stack of a router, or of an application by its router; empty for every other middleware. */
function stackOf(handle: unknown): Stack {
  if (typeof handle !== 'function') return []
  const { stack } = handle as { stack?: unknown }
  if (Array.isArray(stack)) return stack
  // Express 4 throws where its application is asked for `router`.
  const { _router } = handle as { _router?: unknown }
  if (_router) return stackOf(_router)
  return 'set' in handle && !('del' in handle)
    ? stackOf((handle as { router?: unknown }).router)
    : []
}

/** The pattern under which an application is mounted in others. */
function mountOf({ mountpath, parent }: ExpressApp): string {
  return parent ? joinPatterns(mountOf(parent as ExpressApp), write(mountpath)) : ''
}

/** The rest of a path below the mount of an application: as many segments as its pattern has. */
function belowMount(app: ExpressApp, path: string): string {
  const mounted = mountOf(app).split('/').length - 1
  return `/${path
    .split('/')
    .slice(mounted + 1)
    .join('/')}`
}

const write = (pattern: Pattern): string =>
  Array.isArray(pattern) ? pattern.map(write).join('|') : String(pattern)

function patternOfMount({ rawPath, regexp, keys }: Layer): string | undefined {
  if (rawPath !== undefined) return write(rawPath)
  if (!regexp) return undefined
  if (regexp.fast_slash) return ''
  return decompile(regexp, (keys ?? []) as readonly { name: string | number }[])
}

/** The source of an expression that matches what stands within parentheses nested that deep. */
const nested = (depth: number): string =>
  depth === 0 ? '\\\\.|[^\\\\()]' : `\\\\.|[^\\\\()]|\\((?:${nested(depth - 1)})*\\)`

/** A group of a compiled pattern, with what may follow it. */
const GROUP = new RegExp(`\\((?:${nested(4)})*\\)\\??`, 'g')

/** Writes a pattern that Express 4 compiled as it was before, or else the expression it has become. */
function decompile(regexp: RegExp, keys: readonly { name: string | number }[]): string {
  const names = keys.map(({ name }) => `:${name}`)
  const text = regexp.source
    .replace(/^\^/, '')
    .replace(/\\\/\?\(\?=\\\/\|\$\)$/, '')
    .replaceAll(GROUP, (group) => (group.startsWith('(?:\\/') ? '/' : '') + (names.shift() ?? '('))
    .replaceAll(/\\([/.-])/g, '$1')
  return /[\\()[\]^$|?+*]/.test(text) ? `/${regexp.source}` : text
}

/**
 * A mount's pattern from a path it matched, for routers of Express 5 that keep no pattern. Mounts
 * ignore the case by default, so a caller's spelling must not reach the label.
 */
function rewrite({ path, params }: Match): string {
  const open = new Map(Object.entries(params))
  const segments = path.split('/').map((segment) => {
    const name = [...open].find(([, value]) => value === decodeURIComponent(segment))?.[0]
    if (name === undefined || segment === '') return segment.toLowerCase()
    open.delete(name)
    return `:${name}`
  })
  return open.size > 0 ? '/*' : segments.join('/')
}
