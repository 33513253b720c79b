import { join } from 'node:path'
import { createFakesClient, type FakesClient } from '@verifluence/fakes'
import type { Service, ServiceEvents } from '@verifluence/testkit'
import { claimRunFolder, PROJECT, type RunFolder } from '@verifluence/testkit'
import { postgresService } from '@verifluence/testkit/postgres'
import { compareWithProduction } from '@verifluence/toolchain'
import { type AlertmanagerClient, createAlertmanagerClient } from './clients/alertmanager.ts'
import { createPrometheusClient, type PrometheusClient } from './clients/prometheus.ts'
import type { Ports, RealTelegram } from './config.ts'
import { checkConfiguration, writeConfiguration } from './configuration.ts'
import type { Manifest } from './derive/manifests/parse.ts'
import { buildTree, OPERATIONS } from './derive/manifests/tree.ts'
import { derivedFiles } from './derive/write.ts'
import { startGrafana } from './grafana/start.ts'
import { findTools, refuseDeadDatabase, refuseTakenPorts } from './prerequisites.ts'
import {
  alertmanagerSpec,
  apiSpec,
  fakesSpec,
  type Plan,
  prometheusSpec,
  trafficSpec,
  workerSpec,
} from './services/specs.ts'
import { createSupervisor, type Supervisor } from './services/supervisor.ts'
import { beginState, discardState, makeStateFolder, stateFault } from './state-folder.ts'

export type StackOptions = {
  /** Where state and logs are kept; one stack at a time. */
  readonly folder: string
  readonly ports: Ports
  /** An existing database; without it a throwaway PostgreSQL is started. */
  readonly databaseUrl?: string
  /** Divides the waits of rules, routes and scrapes. Default: 1, those of production. */
  readonly speed?: number
  /** A real chat instead of the fake. */
  readonly telegram?: RealTelegram
  /** Whether simulated users use the platform. */
  readonly traffic: boolean
  /** Where Grafana listens, if there is one on PATH; without a port it is not started. */
  readonly grafanaPort?: number
  /** Whether Grafana is downloaded where none is on PATH. */
  readonly fetchesGrafana?: boolean
  /** Where the console will be; links in messages lead there. */
  readonly consoleUrl?: string
  /** Production manifests; without them they are built from the operations tree. */
  readonly manifests?: readonly Manifest[]
  readonly onProgress?: (line: string) => void
  /** A service exited. Nothing is restarted. */
  readonly onExit?: ServiceEvents['onExit']
  /** Ends the start early, and everything it has started. */
  readonly signal?: AbortSignal
}

export type Stack = {
  readonly ports: Ports
  readonly folder: string
  /** Programs by version, and production's version where it is another. */
  readonly versions: readonly string[]
  readonly databaseUrl: string
  readonly grafanaPort?: number
  readonly consoleUrl?: string
  readonly speed?: number
  /** Set where messages go to a real chat, which cannot be read back. */
  readonly telegram?: RealTelegram
  readonly services: {
    /** Absent where an existing database is used. */
    readonly postgres?: Service
    readonly fakes: Service
    readonly api: Service
    readonly worker: Service
    readonly prometheus: Service
    readonly alertmanager: Service
    readonly traffic?: Service
    /** Only where a Grafana was found on PATH. */
    readonly grafana?: Service
  }
  readonly fakes: FakesClient
  readonly prometheus: PrometheusClient
  readonly alertmanager: AlertmanagerClient
  /** Ends every service and leaves no process behind; the logs stay until the next start. */
  readonly stop: () => Promise<void>
}

/**
 * Brings up the whole system and resolves when every service is healthy. Several stacks run side by side
 * when each has its own folder and ports.
 *
 * @throws UserError for what the user can fix, Error with a service's last log lines otherwise; nothing
 * is left running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, onProgress = () => {}, onExit = () => {}, signal } = options
  const run = await claimFolder(folder)
  if (run.cleaned.length > 0) {
    onProgress(`stopped processes of a killed start: ${run.cleaned.join(', ')}`)
  }
  const supervisor = createSupervisor({ onStart: run.record, onExit }, ({ name }) =>
    onProgress(`${name} is ready`),
  )
  const stop = async () => {
    await supervisor.stop()
    discardState(folder)
    run.release()
  }
  const onAbort = () => void supervisor.kill()
  signal?.addEventListener('abort', onAbort)
  try {
    return { ...(await bringUp(options, supervisor)), stop }
  } catch (error) {
    await stop()
    throw stateFault(folder, error) ?? error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

async function claimFolder(folder: string): Promise<RunFolder> {
  try {
    makeStateFolder(folder)
    return await claimRunFolder(join(folder, 'run'))
  } catch (error) {
    throw stateFault(folder, error) ?? error
  }
}

async function bringUp(
  options: StackOptions,
  supervisor: Supervisor,
): Promise<Omit<Stack, 'stop'>> {
  const { folder, ports, databaseUrl, signal } = options
  await refuseTakenPorts(ports, { except: databaseUrl === undefined ? [] : ['postgres'] })
  if (databaseUrl !== undefined) await refuseDeadDatabase(databaseUrl)
  const tools = await findTools(signal)
  const manifests = options.manifests ?? (await buildTree(PROJECT, OPERATIONS))

  const logs = beginState(folder)
  const files = derivedFiles(join(folder, 'derived'))
  const { chats, ...derived } = writeConfiguration({ ...options, manifests, files })
  await checkConfiguration(files, tools)

  signal?.throwIfAborted()
  const database =
    databaseUrl === undefined
      ? await postgresService({
          folder: join(folder, 'postgres'),
          log: join(logs, 'postgres.log'),
          port: ports.postgres,
          ...(signal && { signal }),
        })
      : undefined
  const plan: Plan = {
    folder,
    ports,
    files,
    ...derived,
    databaseUrl: databaseUrl ?? database?.url ?? '',
  }
  const [outside, storage] = await Promise.all([
    supervisor.start({ fakes: fakesSpec(plan) }),
    database ? supervisor.start({ postgres: database.spec }) : {},
  ])
  const fakes = createFakesClient(`http://127.0.0.1:${ports.fakes}`)
  for (const { id, topics } of chats) await fakes.putTelegramChat(id, { topics })

  signal?.throwIfAborted()
  const system = await supervisor.start({
    prometheus: prometheusSpec(plan, tools.prometheus),
    alertmanager: alertmanagerSpec(plan, tools.alertmanager),
    api: apiSpec(plan),
    worker: workerSpec(plan),
  })
  const pictures = await startGrafana({ ...options, manifests }, supervisor)
  const life = options.traffic ? await supervisor.start({ traffic: trafficSpec(plan) }) : {}
  signal?.throwIfAborted()
  return {
    ports,
    folder,
    versions: [
      compareWithProduction('Prometheus', 'prometheus', tools.prometheus.version),
      compareWithProduction('Alertmanager', 'alertmanager', tools.alertmanager.version),
    ],
    databaseUrl: plan.databaseUrl,
    ...(options.telegram && { telegram: options.telegram }),
    ...(options.consoleUrl && { consoleUrl: options.consoleUrl }),
    ...(options.speed && { speed: options.speed }),
    ...(options.grafanaPort && { grafanaPort: options.grafanaPort }),
    services: { ...outside, ...storage, ...system, ...pictures, ...life },
    fakes,
    prometheus: createPrometheusClient(`http://127.0.0.1:${ports.prometheus}`),
    alertmanager: createAlertmanagerClient(`http://127.0.0.1:${ports.alertmanager}`),
  }
}
