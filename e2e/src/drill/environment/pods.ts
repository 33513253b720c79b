import { readFileSync, writeFileSync } from 'node:fs'
import type { Ports } from '@verifluence/local'
import { apiSpec, workerSpec, writeConfiguration } from '@verifluence/local'
import { createService, freePort, type Service } from '@verifluence/testkit'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { System } from './environment.ts'

export type Workload = 'api' | 'worker'

/** One process of a workload, as a pod of its own. */
export interface Pod {
  readonly name: string
  readonly metricsPort: number
  readonly service: Service
}

const specs = { api: apiSpec, worker: workerSpec }
const metricsOf = { api: 'apiMetrics', worker: 'workerMetrics' } as const

/** The pod that the environment started with. */
export function firstPod({ services, ports }: System, workload: Workload): Pod {
  return {
    name: `${workload}-0`,
    metricsPort: ports[metricsOf[workload]],
    service: services[workload],
  }
}

/** Starts one more process of a workload. */
export async function startPod(system: System, workload: Workload, name: string): Promise<Pod> {
  const [front, metricsPort] = [await freePort(), await freePort()]
  const ports: Ports = { ...system.ports, [workload]: front, [metricsOf[workload]]: metricsPort }
  const plan = { ...system, ports, databaseUrl: system.database.url }
  const service = createService(
    { ...specs[workload](plan), name },
    { onStart: () => {}, onExit: () => {} },
  )
  // The supervisor of the environment does not know it.
  system.ending.addEventListener('abort', () => void service.kill(), { once: true })
  await service.start()
  return { name, metricsPort, service }
}

const POD_NAME = '__meta_kubernetes_pod_name'
const configSchema = z.looseObject({
  scrape_configs: z.array(
    z.looseObject({
      static_configs: z.array(
        z.looseObject({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }),
      ),
    }),
  ),
})

/** Gives Prometheus exactly these pods as targets, as service discovery does in the cluster. */
export function discover(system: System, pods: Readonly<Record<Workload, readonly Pod[]>>): void {
  const { ports, files } = system
  writeConfiguration(system)
  const config = configSchema.parse(
    parse(readFileSync(files.prometheus, 'utf8'), { version: '1.1' }),
  )
  for (const scrape of config.scrape_configs) {
    scrape.static_configs = scrape.static_configs.flatMap((target) => {
      const workload = (['api', 'worker'] as const).find((name) =>
        target.targets.includes(`127.0.0.1:${ports[metricsOf[name]]}`),
      )
      if (workload === undefined) return [target]
      return pods[workload].map(({ name, metricsPort }) => ({
        targets: [`127.0.0.1:${metricsPort}`],
        labels: { ...target.labels, [POD_NAME]: name },
      }))
    })
  }
  writeFileSync(
    files.prometheus,
    stringify(config, { version: '1.1', aliasDuplicateObjects: false }),
  )
  system.services.prometheus.signal('SIGHUP')
}
