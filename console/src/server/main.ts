/** `npm run console`: the console over any Prometheus and Alertmanager, read-only. */
import { parseArgs } from 'node:util'
import { startConsole } from './index.ts'

const USAGE = `npm run console -- --prometheus URL --alertmanager URL [--port N] [--allow-silences]

  --prometheus URL     such as http://127.0.0.1:9090 (a port-forward serves)
  --alertmanager URL   such as http://127.0.0.1:9093
  --port N             where the console listens on 127.0.0.1 [4500]
  --allow-silences     silences can be created and expired; otherwise the console changes nothing`

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

function baseUrl(name: string, value: string | undefined): string {
  if (value === undefined) fail(`--${name} is missing.\n\n${USAGE}`)
  const url = URL.parse?.(value) ?? (URL.canParse(value) ? new URL(value) : null)
  if (url === null || !/^https?:$/.test(url.protocol))
    fail(`--${name} is "${value}": it must be an http:// or https:// URL.`)
  return url.href.replace(/\/+$/, '')
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        prometheus: { type: 'string' },
        alertmanager: { type: 'string' },
        port: { type: 'string', default: process.env.CONSOLE_PORT || '4500' },
        'allow-silences': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

const wanted = readArguments()
if (wanted.help) {
  console.log(USAGE)
  process.exit(0)
}
const port = Number(wanted.port)
if (!Number.isInteger(port) || port < 1 || port > 65_535)
  fail(`--port is "${wanted.port}": it must be 1 to 65535.`)

try {
  const { url, stop } = await startConsole({
    port,
    prometheus: baseUrl('prometheus', wanted.prometheus),
    alertmanager: baseUrl('alertmanager', wanted.alertmanager),
    canSilence: wanted['allow-silences'],
  })
  console.log(`The console is at ${url} (Ctrl-C stops it).`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)))
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}
