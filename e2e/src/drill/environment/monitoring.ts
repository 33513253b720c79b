import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createFakesClient } from '@verifluence/fakes'
import {
  alertmanagerSpec,
  createAlertmanagerClient,
  createPrometheusClient,
  createSupervisor,
  derivedFiles,
  fakesSpec,
  findTools,
  freePorts,
  prometheusSpec,
  writeConfiguration,
} from '@verifluence/local'
import { claimRunFolder } from '@verifluence/testkit'
import type { Monitoring, StartOptions } from './environment.ts'

/**
 * Starts Prometheus, Alertmanager and the fakes without the backend: light enough for one
 * per way in which Telegram can fail. The missing api and worker make alerts fire.
 */
export async function startMonitoring({
  folder,
  manifests,
  interrupted,
}: StartOptions): Promise<Monitoring> {
  const run = await claimRunFolder(join(folder, 'run'))
  for (const name of ['prometheus', 'alertmanager', 'logs']) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
  mkdirSync(join(folder, 'logs'))
  const [ports, tools] = [await freePorts(), await findTools()]
  const files = derivedFiles(join(folder, 'derived'))
  const { chats, ...derived } = writeConfiguration({ manifests, ports, files })
  const plan = { folder, ports, files, ...derived, databaseUrl: '' }
  const at = (port: number) => `http://127.0.0.1:${port}`

  const ending = new AbortController()
  const supervisor = createSupervisor({ onStart: run.record, onExit: () => {} }, () => {})
  const stop = async () => {
    ending.abort()
    await supervisor.stop()
    run.release()
  }
  try {
    interrupted.throwIfAborted()
    const ground = await supervisor.start({ fakes: fakesSpec(plan) })
    const fakes = createFakesClient(at(ports.fakes))
    for (const { id, topics } of chats) await fakes.putTelegramChat(id, { topics })
    const watching = await supervisor.start({
      prometheus: prometheusSpec(plan, tools.prometheus),
      alertmanager: alertmanagerSpec(plan, tools.alertmanager),
    })
    return {
      ports,
      folder,
      manifests,
      files,
      fakes,
      services: { ...ground, ...watching },
      prometheus: createPrometheusClient(at(ports.prometheus)),
      alertmanager: createAlertmanagerClient(at(ports.alertmanager)),
      ending: ending.signal,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
