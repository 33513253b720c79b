import { UNMATCHED } from './metrics.ts'

/** A route as Hono registers it. */
export interface Route {
  readonly method: string
  readonly path: string
  // biome-ignore lint/complexity/noBannedTypes: only its arity and its source are looked at
  readonly handler: Function
}

/** What Hono registers middleware, `all` and mounted applications under. */
const EVERY_METHOD = 'ALL'

/**
 * Tells the pattern of the route that answers, from all routes that match a request, in their order.
 * It depends on nothing else, so it may be asked before the request is handled, and a gate that
 * refuses the request does not change the answer.
 *
 * The first handler that takes no `next` answers, for nothing behind it can be reached. Where all
 * take `next`, the last one registered for a method does. The rest is middleware, which has no
 * route of its own.
 */
export function chooseRoute(matched: readonly Route[]): string {
  for (const route of matched) if (endsTheChain(route)) return route.path
  const answering =
    matched.findLast(({ method }) => method !== EVERY_METHOD) ??
    // Without parameters: a handler for all methods, unless it is a wrapper of `(...args)`, of which
    // nobody can tell what it wraps.
    matched.find(({ handler }) => targetOf(handler).length === 0 && !takesRest(handler))
  return answering?.path ?? UNMATCHED
}

/** Whether this can be nothing but the handler of a route. */
function endsTheChain(route: Route): boolean {
  const parameters = targetOf(route.handler).length
  if (route.method !== EVERY_METHOD) return parameters < 2
  return parameters === 1 || isMount(route.handler)
}

/** Whether requests can be counted under this route's pattern. */
export const mayAnswer = (route: Route): boolean =>
  route.method !== EVERY_METHOD || endsTheChain(route)

/**
 * The handler itself: an application with an error handler of its own wraps its handlers when it
 * becomes a part of another (https://github.com/honojs/hono/blob/main/src/utils/handler.ts).
 */
function targetOf(handler: Route['handler']): Route['handler'] {
  const target = (handler as { __COMPOSED_HANDLER?: Route['handler'] }).__COMPOSED_HANDLER
  return target ? targetOf(target) : handler
}

/** Makes a question about a handler that its source answers, in a shape that minifying keeps. */
function bySource(shape: RegExp): (handler: Route['handler']) => boolean {
  const answers = new WeakMap<Route['handler'], boolean>()
  return (handler) => {
    const answer = answers.get(handler) ?? shape.test(targetOf(handler).toString())
    answers.set(handler, answer)
    return answer
  }
}

/**
 * Whether this is a mounted application. Hono registers it exactly as it does middleware, so the call
 * has to tell that it hands on the request, and behind it what it spreads
 * (https://github.com/honojs/hono/blob/main/src/middleware/mount/index.ts).
 */
const isMount = bySource(/\(([\w$]+)\.req\.raw\)[^;]*\.\.\.[\w$]+\(\1\)\s*\)/)

/** Whether its first parameter takes all the rest. */
const takesRest = bySource(/^[^(]*\(\s*\.\.\./)
