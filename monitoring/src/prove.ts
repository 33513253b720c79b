/** `npm run prove`, with the stack running: every expression asked of the live Prometheus. */
import { readCommandLine } from '@verifluence/testkit'
import { describeProofs, proveExpressions } from './expressions/prove.ts'

readCommandLine(
  ['npm run prove', '', 'With the system running: lists expressions that return nothing.'],
  {},
)

const port = process.env.PROMETHEUS_PORT || '9090'
const address = `http://127.0.0.1:${port}`

const answers = await fetch(`${address}/-/ready`).then(
  ({ ok }) => ok,
  () => false,
)
if (answers) {
  const proofs = await proveExpressions(address)
  for (const line of describeProofs(proofs)) console.log(line)
  if (proofs.some(({ standing }) => standing === 'unproven')) {
    console.error(
      'Rates need samples: a system that has just started proves little in its first five minutes.',
    )
    process.exitCode = 1
  }
} else {
  console.error(`Nothing answers at ${address}: start the system first (npm start).`)
  process.exitCode = 1
}
