import { defaultCredentials } from '@verifluence/fakes'
import { addresses, environments } from '@verifluence/monitoring/places'
import { UserError } from '@verifluence/testkit'
import { type Binary, type RunResult, runBinary } from '@verifluence/toolchain'
import type { Ports, RealTelegram } from './config.ts'
import { type Chat, chatsOf } from './derive/alertmanager/chats.ts'
import { compressTime } from './derive/compress-time.ts'
import { type Derived, derive } from './derive/derive.ts'
import { withoutElsewhere } from './derive/elsewhere.ts'
import type { Manifest } from './derive/manifests/parse.ts'
import { sourceOfRules } from './derive/manifests/source.ts'
import type { LocalAddresses } from './derive/prometheus/pods.ts'
import { localSecrets } from './derive/secrets.ts'
import { type DerivedFiles, writeDerived } from './derive/write.ts'

const REAL_BOT_API = 'https://api.telegram.org'

/** The environment that runs on this machine. */
const HERE = 'stage'

/** The inputs of the configuration of one stack's monitoring. */
export type Configuration = {
  readonly manifests: readonly Manifest[]
  readonly ports: Ports
  readonly files: DerivedFiles
  readonly telegram?: RealTelegram
  /** The console of this machine: links in messages lead there instead of into the cluster. */
  readonly consoleUrl?: string
  /** Divides the waits of rules, routes and scrapes. Default: 1, those of production. */
  readonly speed?: number
}

/**
 * Derives and writes the configuration of Prometheus and Alertmanager from the production manifests,
 * and returns the chats of messages, the addresses of links and the arguments of Prometheus.
 */
export function writeConfiguration({
  manifests,
  ports,
  files,
  telegram,
  consoleUrl,
  speed = 1,
}: Configuration): {
  readonly chats: readonly Chat[]
  readonly externalUrls: Derived['externalUrls']
  readonly prometheusArguments: Derived['prometheusArguments']
} {
  const fakes = `http://127.0.0.1:${ports.fakes}`
  const secrets = localSecrets(fakes, telegram?.token ?? defaultCredentials.telegramBotToken)
  const elsewhere = environments.filter((env) => env !== HERE)
  const production = derive(withoutElsewhere(manifests, elsewhere), {
    addresses: addressesOf(ports),
    alertmanager: `127.0.0.1:${ports.alertmanager}`,
    telegramUrl: telegram === undefined ? `${fakes}/telegram` : REAL_BOT_API,
    ...(telegram && { chatId: telegram.chatId }),
    secrets,
    folders: files.folders,
    links: consoleUrl === undefined ? {} : linksTo(consoleUrl),
  })
  const derived = compressTime(production, speed)
  writeDerived(files, derived, secrets)
  const { prometheusArguments } = derived
  const externalUrls =
    consoleUrl === undefined
      ? derived.externalUrls
      : { prometheus: consoleUrl, alertmanager: consoleUrl }
  return { chats: chatsOf(derived.alertmanager), externalUrls, prometheusArguments }
}

/** Addresses that the console serves here under the same paths. */
const linksTo = (consoleUrl: string) => ({
  [addresses.docs]: consoleUrl,
  [addresses.grafana]: consoleUrl,
})

/** The workloads of this stack, by their names in the production files. */
function addressesOf(ports: Ports): LocalAddresses {
  const here = (port: number) => `127.0.0.1:${port}`
  return {
    [`${HERE}/api`]: { 3000: here(ports.api), 9091: here(ports.apiMetrics) },
    [`${HERE}/worker`]: { 3002: here(ports.worker), 9092: here(ports.workerMetrics) },
    'monitoring/k8s-prometheus': { 9090: here(ports.prometheus) },
    'monitoring/k8s-alertmanager': { 9093: here(ports.alertmanager) },
  }
}

/**
 * Checks the written files with promtool and amtool.
 *
 * @throws UserError with the checker's words: a broken rule, route or template stops the start here.
 */
export async function checkConfiguration(
  files: DerivedFiles,
  tools: { readonly promtool: Binary; readonly amtool: Binary },
): Promise<void> {
  const [prometheus, alertmanager] = await Promise.all([
    runBinary(tools.promtool, ['check', 'config', files.prometheus]),
    runBinary(tools.amtool, ['check-config', files.alertmanager]),
  ])
  refuse('Prometheus', 'promtool check config', {
    ...prometheus,
    stderr: bySource(prometheus.stderr, files),
  })
  refuse('Alertmanager', 'amtool check-config', alertmanager)
}

/** The checker's errors, without its output about valid files. */
function refuse(whose: string, check: string, { code, stdout, stderr }: RunResult): void {
  if (code === 0) return
  const complaints = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /fail|error|err=|group |rule |template|not a valid/i.test(line))
    .filter((line) => !/^(SUCCESS:|Checking |FAILED:$)/.test(line))
  const errors = complaints.length > 0 ? complaints.join(' ') : stderr.trim()
  throw new UserError(
    `The configuration of ${whose} derived from operations/ is broken (${check}): ${errors} — correct the file it comes from and start again.`,
  )
}

/** Replaces each derived rule file by its production file; line numbers differ and are dropped. */
function bySource(said: string, { folders }: DerivedFiles): string {
  return said
    .replaceAll(`${folders.rules}/`, '')
    .replace(/^(\S+\.yaml)(: \d+:\d+)?/gm, (_, file: string) => sourceOfRules(file) ?? file)
}
