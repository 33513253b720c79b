import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Manifest } from '../derive/manifests/parse.ts'
import { grafanaSettings, labelledDashboards } from './settings.ts'

/** Where the datasources of this machine are. */
export type Sources = { readonly prometheus: string; readonly alertmanager: string }

/** `[unified_alerting] execute_alerts` is `GF_UNIFIED_ALERTING_EXECUTE_ALERTS` in the environment. */
const variable = (section: string, key: string) =>
  `GF_${section}_${key}`.toUpperCase().replaceAll(/[.-]/g, '_')

/**
 * Writes the datasources and dashboards that the chart's sidecars would write, and gives Grafana's own
 * settings as environment variables: production's, so that alerting is a read-only window here too.
 */
export function provisionGrafana(
  folder: string,
  manifests: readonly Manifest[],
  sources: Sources,
): Record<string, string> {
  const settings = grafanaSettings(manifests)
  const { alertmanager } = settings.sidecar.datasources
  const { allowUiUpdates } = settings.sidecar.dashboards.provider
  const provisioning = join(folder, 'provisioning')
  const dashboards = join(folder, 'dashboards')
  rmSync(folder, { recursive: true, force: true })

  const { name, uid, handleGrafanaManagedAlerts, implementation } = alertmanager
  const datasource = (more: object) => ({ access: 'proxy', editable: false, ...more })
  writeYaml(join(provisioning, 'datasources'), {
    apiVersion: 1,
    datasources: [
      datasource({
        ...{ name: 'Prometheus', uid: 'prometheus', type: 'prometheus', isDefault: true },
        ...{ url: sources.prometheus, jsonData: { timeInterval: '30s' } },
      }),
      datasource({
        ...{ name, uid, type: 'alertmanager', url: sources.alertmanager },
        jsonData: { handleGrafanaManagedAlerts, implementation },
      }),
    ],
  })
  writeYaml(join(provisioning, 'dashboards'), {
    apiVersion: 1,
    providers: [
      {
        ...{ name: 'sidecar', type: 'file', allowUiUpdates, disableDeletion: true },
        options: { path: dashboards, foldersFromFilesStructure: true },
      },
    ],
  })
  for (const { folder: shownIn, name: file, json } of labelledDashboards(manifests, settings)) {
    mkdirSync(join(dashboards, shownIn), { recursive: true })
    writeFileSync(join(dashboards, shownIn, file), json)
  }
  const own = Object.entries(settings['grafana.ini']).flatMap(([section, keys]) =>
    Object.entries(keys).map(([key, value]) => [variable(section, key), String(value)]),
  )
  return {
    ...Object.fromEntries(own),
    GF_PATHS_PROVISIONING: provisioning,
    GF_PATHS_DATA: join(folder, 'data'),
    GF_PATHS_LOGS: join(folder, 'data'),
    GF_PATHS_PLUGINS: join(folder, 'data', 'plugins'),
    // Anonymous access as Viewer: the view of production.
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
  }
}

function writeYaml(folder: string, content: object): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'stack.yaml'), stringify(content))
}
