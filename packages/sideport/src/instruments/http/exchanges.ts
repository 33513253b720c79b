import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Clock, systemClock } from '../../clock.ts'
import type { Exemplar } from '../../recording/index.ts'
import { type HttpMethod, type HttpMetrics, methodLabel, UNMATCHED } from './metrics.ts'
import { createPipelineWatch, statusOf } from './response-end.ts'
import { createTally } from './tally.ts'

export interface HttpOptions {
  readonly metrics: HttpMetrics
  /** Patterns of routes that are not counted, such as `/healthz`: probes dilute every error ratio. */
  readonly exclude?: readonly string[]
  /**
   * Returns the exemplar of a finished request; called at most once a second per label set,
   * in the asynchronous context in which the response was ended.
   * Appears in OpenMetrics only.
   *
   * @example () => ({ labels: { trace_id: requestContext.getStore().traceId } })
   */
  readonly exemplar?: (incoming: IncomingMessage) => Exemplar | undefined
  readonly clock?: Clock
}

/** Follows requests from start to end. */
export interface Exchanges {
  /**
   * Records the start of a request, once. It is over when `outgoing` has closed, and then it is
   * counted, under the route that `read` returns unless `matched` was called.
   */
  begin(incoming: IncomingMessage, outgoing: ServerResponse, read?: RouteReader): void
  /** Records the route of a request; the first call counts. */
  matched(outgoing: ServerResponse, route: string): void
  /** Records a request without a socket. Call the returned function when it is over. */
  beginDetached(method: string, route: string): (status: number) => void
}

/** Returns the pattern of the route that answered, or nothing where none did. */
export type RouteReader = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
) => string | undefined

interface Exchange {
  readonly method: HttpMethod
  readonly startedAt: number
  readonly read: RouteReader | undefined
  route: string
}

export function createExchanges({
  metrics,
  exclude = [],
  exemplar,
  clock = systemClock,
}: HttpOptions): Exchanges {
  const count = createTally(metrics, exemplar)
  const excluded = new Set(exclude)
  /** Where a response carries its exchange; taken away when it is over, so it is over once. */
  const carried = Symbol('exchange')
  type Carrier = ServerResponse & { [carried]?: Exchange | undefined }

  function begin(method: string | undefined, route: string, read?: RouteReader): Exchange {
    metrics.inFlight.inc()
    return {
      method: methodLabel(method),
      route,
      startedAt: clock.elapsed(),
      read,
    }
  }

  function take(response: Carrier): Exchange | undefined {
    const exchange = response[carried]
    if (!exchange) return undefined
    response[carried] = undefined
    metrics.inFlight.dec()
    return exchange
  }

  function end(response: Carrier) {
    const exchange = take(response)
    if (!exchange) return
    const endedAt = clock.elapsed()
    if (exchange.route === UNMATCHED && exchange.read) {
      exchange.route = routeBy(exchange.read, response)
      if (excluded.has(exchange.route)) return
    }
    count(exchange, statusOf(response), endedAt, response.req)
  }

  /** The one listener of all responses; Node calls it with the response as `this`. */
  function onClose(this: Carrier) {
    end(this)
  }

  const watchPipeline = createPipelineWatch(end)

  return {
    begin(incoming, outgoing: Carrier, read) {
      if (outgoing[carried]) return
      outgoing[carried] = begin(incoming.method, UNMATCHED, read)
      outgoing.on('close', onClose)
      if (outgoing.socket === null) watchPipeline(incoming.socket, outgoing)
    },

    matched(outgoing: Carrier, route) {
      const exchange = outgoing[carried]
      if (!exchange || exchange.route !== UNMATCHED) return
      exchange.route = route
      if (excluded.has(route)) take(outgoing)
    },

    beginDetached(method, route) {
      if (excluded.has(route)) return () => {}
      const exchange = begin(method, route)
      return (status) => {
        metrics.inFlight.dec()
        count(exchange, status, clock.elapsed())
      }
    },
  }
}

/** A reader is the application's code: what it throws, or returns that is no text, is no route. */
function routeBy(read: RouteReader, response: ServerResponse): string {
  try {
    const route = read(response.req, response)
    return typeof route === 'string' && route !== '' ? route : UNMATCHED
  } catch {
    return UNMATCHED
  }
}
