import type { Context } from 'hono'
import { z } from 'zod'
import type { Service } from '../http/service.ts'
import { eventTypes } from '../kick/webhooks/events.ts'
import { moodTable, type ServiceName, serviceNames } from '../moods/table.ts'
import type { World } from '../world.ts'
import { type ControlRoute, withBody } from './route.ts'

const moodBody = z.strictObject({
  mood: z.string(),
  operation: z.string().optional(),
  times: z.number().int().positive().optional(),
  seconds: z.number().nonnegative().optional(),
})

/** Moods: what there is, what is set, setting and clearing. */
export function moodRoutes(world: World, services: readonly Service[]): ControlRoute[] {
  const { switchboard } = world
  const operations = (name: ServiceName): string[] =>
    name === 'kick-webhooks'
      ? eventTypes
      : Object.keys(services.find((service) => service.name === name)?.operations ?? {})
  return [
    {
      method: 'GET',
      path: '/moods',
      says: 'the moods that are set, newest first',
      answer: () => switchboard.list(),
    },
    {
      method: 'GET',
      path: '/moods/table',
      says: 'every service with its operations and moods',
      answer: () =>
        serviceNames.map((service) => ({
          service,
          operations: operations(service),
          moods: Object.fromEntries(
            Object.entries(moodTable[service]).map(([name, { says }]) => [name, says]),
          ),
        })),
    },
    withBody({
      method: 'PUT',
      path: '/moods/:service',
      says: 'puts a service in a mood, for one operation or all, for the next requests or for good',
      body: moodBody,
      answer: (body, c) => {
        const service = serviceIn(c)
        const known = operations(service)
        if (body.operation !== undefined && !known.includes(body.operation)) {
          throw new RangeError(
            `${service} has no operation "${body.operation}"; allowed: ${known.join(', ')}`,
          )
        }
        switchboard.set({ service, ...body })
        return switchboard.list()
      },
    }),
    {
      method: 'DELETE',
      path: '/moods/:service',
      says: 'puts a service in its good mood',
      answer: ({ c }) => {
        switchboard.clear(serviceIn(c))
        return switchboard.list()
      },
    },
    {
      method: 'DELETE',
      path: '/moods',
      says: 'puts every service in its good mood',
      answer: () => {
        switchboard.clear()
        return switchboard.list()
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
