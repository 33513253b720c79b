import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '@verifluence/testkit'

/** A program with the words that go before its own arguments. */
export type Prefixed = { readonly command: string; readonly args: readonly string[] }

/** Where Debian's build of Alertmanager reads its built-in templates from; no flag moves it. */
const TEMPLATES = '/usr/share/prometheus/alertmanager'

const LAY_OVER =
  'cd "$1" && mount -t overlay overlay -o lowerdir=.:/usr/share /usr/share && cd "$OLDPWD"'

/**
 * How to run Alertmanager or amtool out of Debian's unpacked package, which expects its templates
 * below /usr/share. Where the package is not installed, a mount namespace of the program's own shows
 * them there; root can link the folder instead.
 *
 * @throws UserError where neither is possible.
 */
export function withTemplates(program: string): Prefixed {
  if (existsSync(join(TEMPLATES, 'default.tmpl'))) return { command: program, args: [] }
  const share = join(dirname(dirname(program)), 'share')
  const script = `${LAY_OVER} && shift && exec "$@"`
  const layered = ['-rm', 'sh', '-c', script, 'sh', share]
  const trial = spawnSync('unshare', [...layered, program, '--version'], { stdio: 'ignore' })
  if (trial.status === 0) return { command: 'unshare', args: [...layered, program] }
  if (linkTemplates(join(share, 'prometheus', 'alertmanager')))
    return { command: program, args: [] }
  throw new UserError(
    `Debian's Alertmanager needs its templates in ${TEMPLATES}, and this system allows neither a mount namespace nor a link there: install the package prometheus-alertmanager (0.28 or newer), or name an upstream build in ALERTMANAGER_BIN and AMTOOL_BIN.`,
  )
}

function linkTemplates(unpacked: string): boolean {
  try {
    mkdirSync(dirname(TEMPLATES), { recursive: true })
    symlinkSync(unpacked, TEMPLATES)
    return true
  } catch {
    return false
  }
}
