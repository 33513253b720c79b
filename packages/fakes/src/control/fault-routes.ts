import type { Context } from 'hono'
import { z } from 'zod'
import { faultTable, type ServiceName, serviceNames } from '../faults/registry.ts'
import type { Service } from '../http/service.ts'
import { eventTypes } from '../kick/webhooks/events.ts'
import type { State } from '../state.ts'
import { type ControlRoute, withBody } from './route.ts'

const faultBody = z.strictObject({
  fault: z.string(),
  operation: z.string().optional(),
  times: z.number().int().positive().optional(),
  seconds: z.number().nonnegative().optional(),
})

/** Faults: what there is, what is set, setting and clearing. */
export function faultRoutes(state: State, services: readonly Service[]): ControlRoute[] {
  const { faults } = state
  const operations = (name: ServiceName): string[] =>
    name === 'kick-webhooks'
      ? eventTypes
      : Object.keys(services.find((service) => service.name === name)?.operations ?? {})
  return [
    {
      method: 'GET',
      path: '/faults',
      says: 'the faults that are set, newest first',
      answer: () => faults.list(),
    },
    {
      method: 'GET',
      path: '/faults/table',
      says: 'every service with its operations and faults',
      answer: () =>
        serviceNames.map((service) => ({
          service,
          operations: operations(service),
          faults: Object.fromEntries(
            Object.entries(faultTable[service]).map(([name, { says }]) => [name, says]),
          ),
        })),
    },
    withBody({
      method: 'PUT',
      path: '/faults/:service',
      says: 'injects a fault into a service, for one operation or all, for the next requests or until it is cleared',
      body: faultBody,
      answer: (body, c) => {
        const service = serviceIn(c)
        const known = operations(service)
        if (body.operation !== undefined && !known.includes(body.operation)) {
          throw new RangeError(
            `${service} has no operation "${body.operation}"; allowed: ${known.join(', ')}`,
          )
        }
        faults.set({ service, ...body })
        return faults.list()
      },
    }),
    {
      method: 'DELETE',
      path: '/faults/:service',
      says: 'clears the faults of a service',
      answer: ({ c }) => {
        faults.clear(serviceIn(c))
        return faults.list()
      },
    },
    {
      method: 'DELETE',
      path: '/faults',
      says: 'clears all faults',
      answer: () => {
        faults.clear()
        return faults.list()
      },
    },
  ]
}

function serviceIn(c: Context): ServiceName {
  const name = c.req.param('service')
  const found = serviceNames.find((service) => service === name)
  if (found !== undefined) return found
  throw new RangeError(`there is no service "${name}"; allowed: ${serviceNames.join(', ')}`)
}
