import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { GrafanaBinary } from '@verifluence/toolchain'

/** Where packages install Grafana's files. */
const PACKAGE_HOME = '/usr/share/grafana'

/** The first `grafana` on PATH that has its home. */
export function findGrafana(path: string | undefined): GrafanaBinary | undefined {
  for (const folder of (path ?? '').split(delimiter).filter(Boolean)) {
    const command = join(folder, 'grafana')
    if (!existsSync(command)) continue
    const ownHome = dirname(dirname(realpathSync(command)))
    const home = [ownHome, PACKAGE_HOME].find((one) => existsSync(join(one, 'conf/defaults.ini')))
    if (home !== undefined) return { command, home }
  }
  return undefined
}
