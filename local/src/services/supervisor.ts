import type { Service, ServiceEvents, ServiceSpec } from '@verifluence/testkit'
import { createService } from '@verifluence/testkit'

/** Starts services in order and stops them in reverse. */
export type Supervisor = ReturnType<typeof createSupervisor>

/** @param onReady called when a service is healthy for the first time. */
export function createSupervisor(events: ServiceEvents, onReady: (service: Service) => void) {
  const groups: Service[][] = []
  return {
    /** Starts services that do not wait for each other; resolves when all are healthy. */
    start: async <Name extends string>(
      specs: Readonly<Record<Name, ServiceSpec>>,
    ): Promise<Record<Name, Service>> => {
      const named = Object.entries<ServiceSpec>(specs).map(
        ([name, spec]) => [name, createService(spec, events)] as const,
      )
      groups.unshift(named.map(([, service]) => service))
      await Promise.all(
        named.map(async ([, service]) => {
          await service.start()
          onReady(service)
        }),
      )
      return Object.fromEntries(named) as Record<Name, Service>
    },
    stop: async (): Promise<void> => {
      for (const group of groups) await Promise.all(group.map((service) => service.stop()))
    },
    kill: async (): Promise<void> => {
      await Promise.all(groups.flat().map((service) => service.kill()))
    },
  }
}
