/** `npm run prove`, with the stack running: every expression asked of the live Prometheus. */
import { proveExpressions } from './expressions/prove.ts'
import { describeProofs } from './expressions/report.ts'

const port = process.env.PROMETHEUS_PORT || '9090'
const address = `http://127.0.0.1:${port}`

try {
  await fetch(`${address}/-/ready`)
  const proofs = await proveExpressions(address)
  for (const line of describeProofs(proofs)) console.log(line)
  process.exitCode = proofs.some(({ standing }) => standing === 'unproven') ? 1 : 0
} catch {
  console.error(`Nothing answers at ${address}: start the system first (npm start).`)
  process.exitCode = 1
}
