import { join } from 'node:path'
import { fakesEnvironment } from '@verifluence/fakes'
import { heartbeat } from '@verifluence/monitoring/heartbeat'
import type { ServiceSpec } from '@verifluence/testkit'
import { answersOk, nodeCommand } from '@verifluence/testkit'
import { type Binary, originOf } from '@verifluence/toolchain'
import type { Ports } from '../config.ts'
import type { DerivedFiles } from '../derive/write.ts'

/** What the service specs are built from. */
export type Plan = {
  readonly folder: string
  readonly ports: Ports
  readonly databaseUrl: string
  readonly files: DerivedFiles
  /** External URLs of Prometheus and Alertmanager; by default their own addresses. */
  readonly externalUrls: { readonly prometheus?: string; readonly alertmanager?: string }
  /** Further command-line arguments of Prometheus in production. */
  readonly prometheusArguments: readonly string[]
}

/** The part of the plan that the project's own processes need. */
export type ProcessPlan = Pick<Plan, 'folder' | 'ports' | 'databaseUrl'>

const at = (port: number) => `http://127.0.0.1:${port}`
const logOf = (plan: Pick<Plan, 'folder'>, name: string) => join(plan.folder, 'logs', `${name}.log`)

export function fakesSpec(plan: ProcessPlan): ServiceSpec {
  const { ports } = plan
  const env = {
    FAKES_PORT: String(ports.fakes),
    API_PORT: String(ports.api),
    HEARTBEAT_PERIOD_SECONDS: String(heartbeat.period),
    HEARTBEAT_GRACE_SECONDS: String(heartbeat.grace),
  }
  return {
    name: 'fakes',
    command: () =>
      nodeCommand('fakes', 'packages/fakes/src/main.ts', { log: logOf(plan, 'fakes'), env }),
    isHealthy: () => answersOk(`${at(ports.fakes)}/control`),
  }
}

export function apiSpec(plan: ProcessPlan): ServiceSpec {
  const { ports } = plan
  const env = {
    ...backendEnvironment(plan),
    API_PORT: String(ports.api),
    API_METRICS_PORT: String(ports.apiMetrics),
  }
  return {
    name: 'api',
    command: () => nodeCommand('api', 'api/src/server.ts', { log: logOf(plan, 'api'), env }),
    isHealthy: () => answersOk(`${at(ports.api)}/_readiness`),
  }
}

export function workerSpec(plan: ProcessPlan): ServiceSpec {
  const { ports } = plan
  const env = {
    ...backendEnvironment(plan),
    WORKER_PORT: String(ports.worker),
    WORKER_METRICS_PORT: String(ports.workerMetrics),
  }
  return {
    name: 'worker',
    command: () => nodeCommand('worker', 'api/src/worker.ts', { log: logOf(plan, 'worker'), env }),
    isHealthy: () => answersOk(`${at(ports.worker)}/_readiness`),
  }
}

/** Simulated users. Without a port, running counts as healthy. */
export function trafficSpec(plan: ProcessPlan): ServiceSpec {
  const { ports } = plan
  const env = { API_URL: at(ports.api), FAKES_URL: at(ports.fakes) }
  return {
    name: 'traffic',
    command: () =>
      nodeCommand('traffic', 'packages/loadgen/src/main.ts', { log: logOf(plan, 'traffic'), env }),
    isHealthy: async () => true,
  }
}

function backendEnvironment({ ports, databaseUrl }: ProcessPlan): Record<string, string> {
  return {
    ...fakesEnvironment(at(ports.fakes)),
    DATABASE_URL: databaseUrl,
    BIND_HOST: '127.0.0.1',
    // Ctrl-C must end everything within seconds.
    SHUTDOWN_GRACE_SECONDS: '5',
  }
}

export function prometheusSpec(plan: Plan, binary: Binary): ServiceSpec {
  const url = at(plan.ports.prometheus)
  return {
    name: 'prometheus',
    origin: originOf(binary),
    command: () => ({
      name: 'prometheus',
      command: binary.command,
      args: [
        ...binary.args,
        `--config.file=${plan.files.prometheus}`,
        `--storage.tsdb.path=${join(plan.folder, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${plan.ports.prometheus}`,
        `--web.external-url=${plan.externalUrls.prometheus ?? url}`,
        ...plan.prometheusArguments,
      ],
      log: logOf(plan, 'prometheus'),
    }),
    isHealthy: () => answersOk(`${url}/-/ready`),
  }
}

export function alertmanagerSpec(plan: Plan, binary: Binary): ServiceSpec {
  const url = at(plan.ports.alertmanager)
  return {
    name: 'alertmanager',
    origin: originOf(binary),
    command: () => ({
      name: 'alertmanager',
      command: binary.command,
      args: [
        ...binary.args,
        `--config.file=${plan.files.alertmanager}`,
        `--storage.path=${join(plan.folder, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${plan.ports.alertmanager}`,
        `--web.external-url=${plan.externalUrls.alertmanager ?? url}`,
        // A single instance needs no cluster.
        '--cluster.listen-address=',
      ],
      log: logOf(plan, 'alertmanager'),
    }),
    isHealthy: () => answersOk(`${url}/-/ready`),
  }
}
