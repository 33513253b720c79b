/** `npm run chart`: records which versions the monitoring chart of the HelmRelease runs. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartRelease } from '@verifluence/monitoring'
import { formatError, PROJECT, readCommandLine } from '@verifluence/testkit'
import { findChart, findHelm, renderChart } from '@verifluence/toolchain'
import { parse, stringify } from 'yaml'
import { recordOf, withAllAlerts } from './record.ts'

const RECORD = 'packages/toolchain/src/chart.json'

readCommandLine(
  [
    'npm run chart',
    '',
    'Renders the chart of the HelmRelease with helm and writes what it runs into',
    `${RECORD}. Run it after a change of the chart's version, then npm run generate.`,
    'CHART_ARCHIVE names an archive of the chart, HELM_BIN a helm; else both are downloaded.',
  ],
  {},
)
try {
  const { release, source } = chartRelease()
  const helm = await findHelm()
  const archive = await findChart(helm, source)
  const values = stringify(withAllAlerts(parse(release.values)))
  const record = recordOf(source, release, await renderChart(helm, archive, { ...release, values }))
  writeFileSync(join(PROJECT, RECORD), `${JSON.stringify(record, null, 2)}\n`)
  console.log(`${source.name} ${source.version}, written to ${RECORD}:`)
  for (const [program, version] of Object.entries(record.runs))
    console.log(`  ${program.padEnd(20)}${version}`)
  console.log(`  ${record.alerts.length} alerts`)
} catch (error) {
  console.error(formatError(error))
  process.exitCode = 1
}
