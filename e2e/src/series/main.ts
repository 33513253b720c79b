/** `npm run series`: what the contract promises and the running system does not show. */
import { writeFileSync } from 'node:fs'
import { createPrometheusClient, readStackConfig } from '@verifluence/local'
import { formatError, readCommandLine, UserError } from '@verifluence/testkit'
import { compare, strangers } from './compare.ts'
import { type Exporter, expectedSeries } from './expected.ts'
import { parseExposition } from './exposition.ts'
import { highestValues } from './highest.ts'
import { describeFindings, figuresOf, isUnexplained } from './report.ts'

async function main(): Promise<number> {
  const values = readCommandLine(
    [
      'npm run series [-- --json FILE]',
      '',
      '  --json FILE  also writes the number of series by state, as a list',
      '',
      'With the system running: lists promised series that are missing or have not moved.',
    ],
    { json: { type: 'string' } },
  )
  const { ports } = readStackConfig(process.env)
  const prometheus = createPrometheusClient(`http://127.0.0.1:${ports.prometheus}`)
  const seen = {
    api: await look('api', ports.apiMetrics),
    worker: await look('worker', ports.workerMetrics),
  }
  const findings = (['api', 'worker'] as const).flatMap((exporter) =>
    compare(exporter, seen[exporter], new Date()),
  )
  const unknown = (['api', 'worker'] as const).flatMap((exporter) =>
    strangers(seen[exporter]).map((name) => `${exporter} ${name}`),
  )
  for (const line of describeFindings(findings)) console.log(line)
  for (const name of unknown) console.log(`  NOT IN THE CATALOGUE: ${name}`)

  const moved = findings.filter(({ standing }) => standing === 'moved').length
  const unexplained = findings.filter(isUnexplained).length
  console.log(
    `${findings.length} series promised: ${moved} moved, ${findings.length - moved - unexplained} have a reason not to, ${unexplained} have none; ${unknown.length} not in the catalogue.`,
  )
  if (values.json) writeFileSync(values.json, `${JSON.stringify(figuresOf(findings), null, 2)}\n`)
  return unexplained + unknown.length === 0 ? 0 : 1

  async function look(exporter: Exporter, port: number) {
    const url = `http://127.0.0.1:${port}/metrics`
    const response = await fetch(url).catch(() => {
      throw new UserError(`Nothing answers at ${url}: start the system first (npm start).`)
    })
    const now = parseExposition(await response.text())
    return { now, highest: await highestValues(prometheus, expectedSeries(exporter)) }
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(formatError(error))
  process.exitCode = 1
}
