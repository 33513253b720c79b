import type { Service } from '@verifluence/testkit'
import { portTaken, UserError } from '@verifluence/testkit'
import { fetchGrafana } from '@verifluence/toolchain'
import type { Ports } from '../config.ts'
import type { Manifest } from '../derive/manifests/parse.ts'
import type { Supervisor } from '../services/supervisor.ts'
import { findGrafana } from './find.ts'
import { grafanaSpec } from './spec.ts'

export type GrafanaOptions = {
  readonly folder: string
  readonly ports: Ports
  /** Where it listens; without a port it is not started. */
  readonly grafanaPort?: number
  readonly manifests: readonly Manifest[]
  /** Whether it is downloaded where none is on PATH. */
  readonly fetchesGrafana?: boolean
  readonly signal?: AbortSignal
}

/**
 * Starts Grafana, where one is on PATH or was asked for: nothing else needs it.
 *
 * @throws UserError when its port is taken, or when it cannot be downloaded.
 */
export async function startGrafana(
  { folder, ports, grafanaPort, manifests, fetchesGrafana = false, signal }: GrafanaOptions,
  supervisor: Supervisor,
): Promise<{ grafana?: Service }> {
  if (grafanaPort === undefined) return {}
  const binary =
    findGrafana(process.env.PATH) ??
    (fetchesGrafana ? await fetchGrafana({ ...(signal && { signal }) }) : undefined)
  if (binary === undefined) return {}
  if (await portTaken(grafanaPort)) {
    throw new UserError(
      `Port ${grafanaPort} for Grafana is taken: end what listens there, or set GRAFANA_PORT to another.`,
    )
  }
  const sources = {
    prometheus: `http://127.0.0.1:${ports.prometheus}`,
    alertmanager: `http://127.0.0.1:${ports.alertmanager}`,
  }
  return supervisor.start({
    grafana: grafanaSpec({ folder, port: grafanaPort, manifests, sources }, binary),
  })
}
