import { join } from 'node:path'
import type { ServiceSpec } from '@verifluence/testkit'
import { answersOk } from '@verifluence/testkit'
import type { GrafanaBinary } from '@verifluence/toolchain'
import type { Manifest } from '../derive/manifests/parse.ts'
import { provisionGrafana, type Sources } from './provision.ts'

/** The addresses and folders that Grafana needs. */
export type GrafanaPlan = {
  readonly folder: string
  readonly port: number
  readonly manifests: readonly Manifest[]
  readonly sources: Sources
}

/** Grafana with production's dashboards and settings over the local Prometheus and Alertmanager. */
export function grafanaSpec(plan: GrafanaPlan, { command, home }: GrafanaBinary): ServiceSpec {
  const { folder, port, manifests, sources } = plan
  return {
    name: 'grafana',
    command: () => ({
      name: 'grafana',
      command,
      args: ['server', '--homepath', home],
      log: join(folder, 'logs', 'grafana.log'),
      env: {
        ...provisionGrafana(join(folder, 'grafana'), manifests, sources),
        GF_SERVER_HTTP_ADDR: '127.0.0.1',
        GF_SERVER_HTTP_PORT: String(port),
        GF_SERVER_ROOT_URL: `http://127.0.0.1:${port}`,
        PATH: process.env.PATH ?? '',
      },
    }),
    isHealthy: () => answersOk(`http://127.0.0.1:${port}/api/health`),
    startWithinMs: 60_000,
  }
}
