import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RunTool } from '../tools.ts'
import { rulesOf } from './rules.ts'
import { objectsOf, type Tree } from './tree.ts'

interface Alertmanager {
  readonly config: { readonly templates?: readonly string[] }
  readonly templateFiles?: Readonly<Record<string, string>>
}

/** The receivers by which an alert must leave, by severity; two leave by ways of their own. */
const expected = (alert: string, severity: string): string =>
  ({ Watchdog: 'heartbeat', NotificationsFailing: 'second-way,critical-alerts' })[alert] ??
  `${severity}-alerts`

const releases = (tree: Tree) =>
  objectsOf(tree).flatMap(({ file, object }) => {
    const { values } = (object.spec ?? {}) as { values?: { alertmanager?: Alertmanager } }
    return object.kind === 'HelmRelease' && values?.alertmanager?.config
      ? [{ file, alertmanager: values.alertmanager }]
      : []
  })

/** `amtool check-config`, and where `amtool` says that each alert goes. */
export const checkRoutes = async (tree: Tree, runTool: RunTool): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'check-routes-'))
  try {
    const complaints: string[] = []
    for (const { file, alertmanager } of releases(tree)) {
      const config = writeConfig(folder, alertmanager)
      const { code, stdout, stderr } = await runTool('amtool', ['check-config', config])
      if (code === 0) complaints.push(...(await misrouted(tree, file, config, runTool)))
      else
        complaints.push(
          `${file}: Alertmanager refuses its configuration: ${reason(`${stdout}${stderr}`)}. Correct monitoring/src/routing.`,
        )
    }
    return complaints
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const writeConfig = (folder: string, { config, templateFiles = {} }: Alertmanager): string => {
  for (const [name, text] of Object.entries(templateFiles)) writeFileSync(join(folder, name), text)
  const file = join(folder, 'alertmanager.yaml')
  const local = { ...config, templates: [join(folder, '*.tmpl')] }
  writeFileSync(file, stringify(local, { aliasDuplicateObjects: false }))
  return file
}

const misrouted = async (tree: Tree, file: string, config: string, runTool: RunTool) => {
  const complaints: string[] = []
  for (const { alert, labels = {} } of rulesOf(tree)) {
    if (alert === undefined) continue
    const wanted = expected(alert, labels.severity ?? '')
    const written = Object.entries({ alertname: alert, env: 'stage', ...labels })
    const args = [
      'config',
      'routes',
      'test',
      `--config.file=${config}`,
      // In quotes: a label may hold a template, which is filled in only when the alert fires.
      ...written.map(([label, value]) => `${label}=${JSON.stringify(value)}`),
    ]
    const { stdout } = await runTool('amtool', args)
    if (stdout.trim() !== wanted)
      complaints.push(
        `${file}: alert ${alert} (${labels.severity ?? 'no severity'}) goes to ${stdout.trim() || 'nobody'} instead of ${wanted}; correct monitoring/src/routing.`,
      )
  }
  return complaints
}

const reason = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('Checking'))
    .join(' ')
    .trim()
