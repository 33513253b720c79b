import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import {
  CHART_ALERTS_SENT,
  CHART_ORIGIN,
  receiversOf,
  VOLUME_ALERTS,
} from '../alertmanager/channels.ts'
import { MONITORING_NAMESPACE } from '../places.ts'
import type { RunTool } from '../tools.ts'
import { rulesOf } from './rules.ts'
import { objectsOf, type Tree } from './tree.ts'

interface Receiver {
  readonly name: string
  readonly telegram_configs?: readonly { readonly message?: string }[]
}
interface Alertmanager {
  readonly config: {
    readonly templates?: readonly string[]
    readonly receivers?: readonly Receiver[]
  }
  readonly templateFiles?: Readonly<Record<string, string>>
}

const releases = (tree: Tree) =>
  objectsOf(tree).flatMap(({ file, object }) => {
    const { values } = (object.spec ?? {}) as { values?: { alertmanager?: Alertmanager } }
    return object.kind === 'HelmRelease' && values?.alertmanager?.config
      ? [{ file, alertmanager: values.alertmanager }]
      : []
  })

/** `amtool check-config`, where `amtool` says that each alert goes, and whether its message can be written. */
export const checkRoutes = async (tree: Tree, runTool: RunTool): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'check-routes-'))
  try {
    const complaints: string[] = []
    for (const { file, alertmanager } of releases(tree)) {
      const config = writeConfig(folder, alertmanager)
      const { code, stdout, stderr } = await runTool('amtool', ['check-config', config])
      if (code === 0)
        complaints.push(
          ...(await misrouted(tree, file, config, runTool)),
          ...(await unwritten(file, alertmanager, folder, runTool)),
        )
      else
        complaints.push(
          `${file}: Alertmanager refuses its configuration: ${reason(`${stdout}${stderr}`)}. Correct monitoring/src/alertmanager.`,
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

/** Labels of every alert of ours, of each of the chart's that is sent, and of one that is not. */
const arriving = (tree: Tree): Readonly<Record<string, string>>[] => [
  ...rulesOf(tree).flatMap(({ alert, labels }) =>
    alert === undefined ? [] : [{ alertname: alert, env: 'stage', ...labels }],
  ),
  ...[...CHART_ALERTS_SENT, 'KubeNodeNotReady'].map((alertname) => ({
    alertname,
    severity: 'critical',
    ...CHART_ORIGIN,
  })),
  ...[MONITORING_NAMESPACE, 'stage'].map((namespace) => ({
    alertname: VOLUME_ALERTS[0] ?? '',
    severity: 'critical',
    namespace,
    ...CHART_ORIGIN,
  })),
]

const misrouted = async (tree: Tree, file: string, config: string, runTool: RunTool) => {
  const whereTo = async (labels: Readonly<Record<string, string>>): Promise<string[]> => {
    const { alertname = '', severity = 'no severity' } = labels
    const wanted = receiversOf(labels).join(',')
    const { stdout } = await runTool('amtool', [
      ...['config', 'routes', 'test', `--config.file=${config}`],
      // In quotes: a label may hold a template, which is filled in only when the alert fires.
      ...Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`),
    ])
    if (stdout.trim() === wanted) return []
    return [
      `${file}: alert ${alertname} (${severity}) goes to ${stdout.trim() || 'no receiver'} instead of ${wanted}; correct monitoring/src/alertmanager.`,
    ]
  }
  return (await Promise.all(arriving(tree).map(whereTo))).flat()
}

/** `check-config` takes any template name; only writing a message shows that there is none of that name. */
const unwritten = async (
  file: string,
  { config: { receivers = [] } }: Alertmanager,
  folder: string,
  runTool: RunTool,
) => {
  const complaints: string[] = []
  for (const { name, telegram_configs = [] } of receivers)
    for (const { message = '' } of telegram_configs) {
      const { code, stdout, stderr } = await runTool('amtool', [
        ...['template', 'render', '--template.type=html'],
        ...[`--template.glob=${join(folder, '*.tmpl')}`, `--template.text=${message}`],
      ])
      if (code === 0 && stdout.trim() !== '') continue
      complaints.push(
        `${file}: the message of receiver ${name} cannot be written: ${reason(stderr) || 'it is empty'}. Correct message in monitoring/src/alertmanager/config.ts.`,
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
