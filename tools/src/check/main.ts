/** `npm run check`: everything that must hold before a change is merged, except the tests. */
import { gate } from '@verifluence/monitoring'
import { formatError, readCommandLine } from '@verifluence/testkit'
import { runTool } from '@verifluence/toolchain'
import { automationFaults } from './automation.ts'
import { derivationComplaints } from './derivation.ts'
import { staleFiles } from './generated.ts'
import { trackedSources, wrongImports } from './imports.ts'
import { pageFaults } from './pages.ts'
import { programStep, type Step } from './step.ts'
import { vocabulary } from './words.ts'

const STEPS: readonly Step[] = [
  programStep(
    'format and lint',
    ['biome', 'check', '.'],
    '"npm run format" fixes formatting and what the linter can fix; the rest is listed above.',
  ),
  programStep('types', ['tsc', '-p', '.']),
  programStep('types of the console', ['tsc', '-p', 'console']),
  programStep('dead code', ['knip', '--no-progress']),
  { name: 'direction of imports', check: async () => wrongImports(trackedSources()) },
  { name: 'standard terms', check: vocabulary },
  { name: 'links and paths in pages', check: pageFaults },
  { name: 'workflows, updates, Node versions', check: automationFaults },
  { name: 'generated files', check: staleFiles },
  { name: 'manifests, rules and routes', check: () => gate(runTool) },
  { name: 'the same, translated for this machine', check: derivationComplaints },
]

async function run({ name, check }: Step): Promise<boolean> {
  const complaints = await check().catch((error: unknown) => [formatError(error)])
  console.log(`${complaints.length === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  for (const complaint of complaints) console.error(complaint)
  return complaints.length === 0
}

readCommandLine(['npm run check', '', ...STEPS.map(({ name }) => `  ${name}`)], {})
const held: boolean[] = []
for (const step of STEPS) held.push(await run(step))
process.exit(held.every(Boolean) ? 0 : 1)
