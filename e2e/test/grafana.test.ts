import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { freePorts } from '@verifluence/local'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { launch } from './support/launcher.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

/** Answers Grafana's health check and records its arguments and environment. */
const FAKE_GRAFANA = `#!/usr/bin/env node
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
const { GF_SERVER_HTTP_PORT, GF_PATHS_DATA } = process.env
writeFileSync(GF_PATHS_DATA + '.json', JSON.stringify({ args: process.argv.slice(2), env: process.env }))
createServer((request, response) => {
  response.statusCode = request.url === '/api/health' ? 200 : 404
  response.end('{}')
}).listen(Number(GF_SERVER_HTTP_PORT), '127.0.0.1')
`

/** An installed Grafana, as a package lays it out. */
function installFakeGrafana(): { readonly home: string; readonly path: string } {
  const home = join(folder.path, 'package')
  mkdirSync(join(home, 'bin'), { recursive: true })
  mkdirSync(join(home, 'conf'))
  writeFileSync(join(home, 'conf/defaults.ini'), '')
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(home, 'bin/grafana'), FAKE_GRAFANA)
  chmodSync(join(home, 'bin/grafana'), 0o755)
  return { home, path: [join(home, 'bin'), process.env.PATH].join(delimiter) }
}

test("a Grafana on PATH is started with production's dashboards, datasources and settings", async () => {
  const { home, path } = installFakeGrafana()
  const state = join(folder.path, 'state')
  const [port] = Object.values(await freePorts())
  const launcher = await launch({ folder: state, env: { PATH: path, GRAFANA_PORT: String(port) } })
  const output = await launcher.prints('Everything is up')
  await launcher.prints('Ctrl-C stops it')
  expect(launcher.output()).toContain(`http://127.0.0.1:${port}`)
  expect(output).toContain('grafana is ready')

  const { args, env } = JSON.parse(readFileSync(join(state, 'grafana/data.json'), 'utf8')) as {
    args: string[]
    env: Record<string, string>
  }
  expect(args).toEqual(['server', '--homepath', home])
  expect(env).toMatchObject({
    GF_UNIFIED_ALERTING_ENABLED: 'true',
    GF_UNIFIED_ALERTING_EXECUTE_ALERTS: 'false',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
  })
  const provisioned = (what: string) =>
    parse(readFileSync(join(env.GF_PATHS_PROVISIONING ?? '', what, 'stack.yaml'), 'utf8')) as object
  const at = (one: number) => `http://127.0.0.1:${one}`
  expect(provisioned('datasources')).toMatchObject({
    datasources: [
      { uid: 'prometheus', url: at(launcher.ports.prometheus), editable: false },
      {
        uid: 'alertmanager',
        url: at(launcher.ports.alertmanager),
        jsonData: { handleGrafanaManagedAlerts: false, implementation: 'prometheus' },
      },
    ],
  })
  expect(provisioned('dashboards')).toMatchObject({ providers: [{ allowUiUpdates: false }] })
  const dashboards = join(state, 'grafana/dashboards/Verifluence')
  expect(readdirSync(dashboards).sort()).toEqual(
    ['api', 'slo', 'webhooks', 'worker'].map((name) => `verifluence-${name}.json`),
  )

  launcher.signal('SIGINT')
  expect(await launcher.ends()).toBe(0)
}, 120_000)
