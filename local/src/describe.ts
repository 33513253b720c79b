import { relative } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import type { Stack } from './stack.ts'

/** The addresses that answer with something a reader can use, one line each; the console comes first. */
export function describeStack(
  { ports, folder, databaseUrl, services, fakes, grafanaPort }: Stack,
  consoleUrl: string | undefined,
): string[] {
  const at = (port: number, path = '') => `http://127.0.0.1:${port}${path}`
  const places: [string, string][] = [
    ...(consoleUrl ? ([['console', `${consoleUrl}   (open this one)`]] as [string, string][]) : []),
    ['api', at(ports.api, '/openapi.json')],
    ['api metrics', at(ports.apiMetrics, '/metrics')],
    ['worker probes', at(ports.worker, '/_readiness')],
    ['worker metrics', at(ports.workerMetrics, '/metrics')],
    ['Prometheus', at(ports.prometheus, '/metrics')],
    ['Alertmanager', at(ports.alertmanager, '/metrics')],
    ...(services.grafana && grafanaPort
      ? ([['Grafana', at(grafanaPort)]] as [string, string][])
      : []),
    // The console shows the chat; without it the messages are JSON.
    ...(consoleUrl
      ? []
      : ([['Telegram chat', `${fakes.url}/control/telegram/messages`]] as [string, string][])),
    ['fake services', `${fakes.url}/control`],
    ['PostgreSQL', services.postgres ? databaseUrl : withoutPassword(databaseUrl)],
    ['logs', `${relative(PROJECT, folder)}/logs/`],
  ]
  return places.map(([what, where]) => `  ${what.padEnd(15)} ${where}`)
}

/** Hides the password of an external database. */
function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.password = ''
  return url.href
}
