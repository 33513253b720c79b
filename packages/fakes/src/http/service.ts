import { Hono } from 'hono'
import type { Clock } from '../clock.ts'
import type { ActiveFault, FaultRegistry, ServiceName } from '../faults/registry.ts'
import type { RequestLog } from '../request-log.ts'
import { type Answer, toResponse } from './answer.ts'
import { breakConnection, type NodeContext, pause } from './connection.ts'

/** One request to a service; `variant` names the oddity that the handler is to show. */
export type Call = {
  readonly c: NodeContext
  readonly variant: string | undefined
  readonly seconds: number
}

/** One thing a service can be asked; its key in {@link Service} is the name faults refer to. */
export type Operation = {
  readonly method: string | string[]
  readonly path: string
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

/** A fake of an outside service: its operations and what it says to any other path. */
export type Service = {
  readonly name: ServiceName
  readonly operations: Readonly<Record<string, Operation>>
  readonly unmatched: (call: Call) => Answer
}

type Surroundings = {
  readonly faults: FaultRegistry
  readonly requestLog: RequestLog
  readonly clock: Clock
}

/** Makes the service reachable: each request passes its fault first and is written down. */
export function mountService(service: Service, { faults, requestLog, clock }: Surroundings): Hono {
  const app = new Hono()
  const serve = (operation: string, handle: Operation['handle']) => async (c: NodeContext) => {
    const active = faults.take(service.name, operation)
    const { pathname, search } = new URL(c.req.url)
    const record = (outcome: string): void =>
      requestLog.record({
        at: clock(),
        service: service.name,
        operation,
        method: c.req.method,
        path: pathname + search,
        outcome,
        ...(active && { fault: active.name }),
      })
    const answer = () => answerOf(c, active, handle)
    const fault = active?.effect.kind === 'connection' ? active.effect.connection : undefined
    if (fault !== undefined && fault !== 'slow') {
      record(fault)
      return breakConnection(c, fault, answer)
    }
    const { status, ...rest } = await answer()
    if (fault === 'slow') await pause(active?.seconds ?? 0)
    record(String(status))
    return toResponse({ status, ...rest })
  }
  for (const [name, { method, path, handle }] of Object.entries(service.operations)) {
    app.on(method, [path], serve(name, handle))
  }
  app.all('*', serve('unmatched', service.unmatched))
  return app
}

/** The answer of the fault, or the real one, altered or not. */
function answerOf(
  c: NodeContext,
  active: ActiveFault | undefined,
  handle: Operation['handle'],
): Answer | Promise<Answer> {
  const seconds = active?.seconds ?? 0
  if (active?.effect.kind === 'answer') return active.effect.answer(seconds)
  return handle({
    c,
    variant: active?.effect.kind === 'variant' ? active.name : undefined,
    seconds,
  })
}
