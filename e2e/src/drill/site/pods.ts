import { readFileSync, writeFileSync } from 'node:fs'
import type { Ports } from '@verifluence/local'
import { apiSpec, workerSpec, writeConfiguration } from '@verifluence/local'
import { createPart, freePort, type Part } from '@verifluence/testkit'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { WholeSite } from './site.ts'

export type Workload = 'api' | 'worker'

/** One process of a workload, as a pod of its own. */
export interface Pod {
  readonly name: string
  readonly metricsPort: number
  readonly part: Part
}

const specs = { api: apiSpec, worker: workerSpec }
const metricsOf = { api: 'apiMetrics', worker: 'workerMetrics' } as const

/** The pod that the site began with. */
export function firstPod({ parts, ports }: WholeSite, workload: Workload): Pod {
  return {
    name: `${workload}-0`,
    metricsPort: ports[metricsOf[workload]],
    part: parts[workload],
  }
}

/** Starts one more process of a workload beside those that run. */
export async function startPod(site: WholeSite, workload: Workload, name: string): Promise<Pod> {
  const [front, metricsPort] = [await freePort(), await freePort()]
  const ports: Ports = { ...site.ports, [workload]: front, [metricsOf[workload]]: metricsPort }
  const plan = { ...site, ports, databaseUrl: site.database.url }
  const part = createPart(
    { ...specs[workload](plan), name },
    { onStart: () => {}, onDeath: () => {} },
  )
  // Not in the site's crew, so that it has to be ended here.
  site.ending.addEventListener('abort', () => void part.kill(), { once: true })
  await part.start()
  return { name, metricsPort, part }
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

/** Lets Prometheus discover exactly these pods, as Kubernetes tells it in the cluster. */
export function discover(site: WholeSite, pods: Readonly<Record<Workload, readonly Pod[]>>): void {
  const { ports, files } = site
  writeConfiguration(site)
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
  site.parts.prometheus.signal('SIGHUP')
}
