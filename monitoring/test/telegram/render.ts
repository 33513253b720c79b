import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alertmanagerConfig } from '../../src/alertmanager/config.ts'
import { telegramTemplate } from '../../src/alertmanager/telegram.ts'
import { runTool } from '../support/tools.ts'

/** What the configuration tells Alertmanager to send; the receivers differ in the sound alone. */
const [message] = alertmanagerConfig.receivers.flatMap((receiver) =>
  'telegram_configs' in receiver ? receiver.telegram_configs.map((one) => one.message) : [],
)

/** An alert as Alertmanager hands it to a template. */
export interface TemplateAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
}

const common = (sets: readonly Readonly<Record<string, string>>[]) => {
  const [first = {}, ...others] = sets
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) => others.every((set) => set[key] === value)),
  )
}

/** What Alertmanager makes of the alerts of one group. */
const templateData = (alerts: readonly TemplateAlert[]) => {
  const commonLabels = common(alerts.map(({ labels }) => labels))
  const { alertname, env } = commonLabels
  return {
    receiver: 'critical-alerts',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels: { ...(alertname && { alertname }), ...(env && { env }) },
    commonLabels,
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: 'https://alertmanager.verifluence.internal',
  }
}

/** The message as the real template engine of Alertmanager writes it, byte for byte. */
export const renderMessage = async (alerts: readonly TemplateAlert[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'telegram-'))
  try {
    writeFileSync(join(folder, 'telegram.tmpl'), telegramTemplate)
    writeFileSync(join(folder, 'data.json'), JSON.stringify(templateData(alerts)))
    const { code, stdout, stderr } = await runTool('amtool', [
      ...['template', 'render', `--template.glob=${join(folder, '*.tmpl')}`],
      ...['--template.type=html', `--template.data=${join(folder, 'data.json')}`],
      `--template.text=${message}`,
    ])
    if (code !== 0) throw new Error(stderr)
    return stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
