import { CHART_RECORD } from './chart.ts'

export type ToolName = 'prometheus' | 'promtool' | 'alertmanager' | 'amtool' | 'kustomize'

type Tool = {
  /** The environment variable that names the program to use. */
  readonly variable: string
  /** The oldest version that serves, as `major.minor`. */
  readonly oldest: string
  readonly versionArgs: readonly string[]
  readonly release: ReleaseName
  readonly debian: { readonly package: string; readonly program: string }
}

export type ReleaseName = 'prometheus' | 'alertmanager' | 'kustomize'

/**
 * The programs this project runs but does not bring along. The oldest versions are the first whose
 * configuration knows what the production files use (`bot_token_file`, `message_thread_id`) and the
 * oldest the tests have seen.
 */
export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  prometheus: {
    variable: 'PROMETHEUS_BIN',
    oldest: '2.53',
    versionArgs: ['--version'],
    release: 'prometheus',
    debian: { package: 'prometheus', program: 'prometheus' },
  },
  promtool: {
    variable: 'PROMTOOL_BIN',
    oldest: '2.53',
    versionArgs: ['--version'],
    release: 'prometheus',
    debian: { package: 'promtool', program: 'promtool' },
  },
  alertmanager: {
    variable: 'ALERTMANAGER_BIN',
    oldest: '0.28',
    versionArgs: ['--version'],
    release: 'alertmanager',
    debian: { package: 'prometheus-alertmanager', program: 'prometheus-alertmanager' },
  },
  amtool: {
    variable: 'AMTOOL_BIN',
    oldest: '0.28',
    versionArgs: ['--version'],
    release: 'alertmanager',
    debian: { package: 'prometheus-alertmanager', program: 'amtool' },
  },
  kustomize: {
    variable: 'KUSTOMIZE_BIN',
    oldest: '5.0',
    versionArgs: ['version'],
    release: 'kustomize',
    debian: { package: 'kustomize', program: 'kustomize' },
  },
}

export const TOOL_NAMES = Object.keys(TOOLS) as ToolName[]

type Release = {
  readonly version: string
  /** Folder of the release's files, below the download host. */
  readonly path: string
  readonly archive: (platform: string) => string
  readonly checksums: string
}

const { prometheus: PROMETHEUS, alertmanager: ALERTMANAGER } = CHART_RECORD.runs
const KUSTOMIZE = '5.8.1'

/** The upstream releases, in the versions that production runs. `platform` is `os-arch` in Go's words. */
export const RELEASES: Readonly<Record<ReleaseName, Release>> = {
  prometheus: {
    version: PROMETHEUS,
    path: `prometheus/prometheus/releases/download/v${PROMETHEUS}`,
    archive: (platform) => `prometheus-${PROMETHEUS}.${platform}.tar.gz`,
    checksums: 'sha256sums.txt',
  },
  alertmanager: {
    version: ALERTMANAGER,
    path: `prometheus/alertmanager/releases/download/v${ALERTMANAGER}`,
    archive: (platform) => `alertmanager-${ALERTMANAGER}.${platform}.tar.gz`,
    checksums: 'sha256sums.txt',
  },
  kustomize: {
    version: KUSTOMIZE,
    path: `kubernetes-sigs/kustomize/releases/download/kustomize%2Fv${KUSTOMIZE}`,
    archive: (platform) => `kustomize_v${KUSTOMIZE}_${platform.replace('-', '_')}.tar.gz`,
    checksums: 'checksums.txt',
  },
}

/** This machine in the words release files use: `linux-amd64`, `darwin-arm64`, … */
export function goPlatform(): string {
  const architectures: Readonly<Record<string, string>> = {
    x64: 'amd64',
    arm: 'armv7',
    ia32: '386',
  }
  const system = process.platform === 'win32' ? 'windows' : process.platform
  return `${system}-${architectures[process.arch] ?? process.arch}`
}
